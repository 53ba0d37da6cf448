"""The one error that users are meant to read."""


class InputError(ValueError):
    """Something the user gave is not usable.

    The message names the thing, what was found, what is needed, and what to
    do about it, in one sentence each.

    Args:
        thing: what is wrong, by the name the user gave it (a key, a path).
        found: what was there.
        needed: what is allowed in its place.
        hint: what to do next; left out of the message when empty.
    """

    def __init__(self, thing: str, found: str, needed: str, hint: str = ""):
        self.thing, self.found, self.needed, self.hint = thing, found, needed, hint
        message = f"{thing}: found {found}; needed {needed}."
        message = f"{message} Hint: {hint}." if hint else message
        # A file's name may hold line breaks, or what would steer a terminal.
        super().__init__("".join(c if c.isprintable() else " " for c in message))
