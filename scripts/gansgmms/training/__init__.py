"""The training loop and what it needs: state, time, device."""
