"""Measurements on 1,000,000 dealers, each as a ratio to a floor measured in the same run: `make bench`."""
