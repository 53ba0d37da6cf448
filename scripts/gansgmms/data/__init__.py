"""Datasets and sample files: from raw files to images in memory."""
