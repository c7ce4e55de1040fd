"""Reproducible annual evaluation reports for public plans."""
