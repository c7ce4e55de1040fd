"""Forecasts of short yearly series, side by side: what is scored, who takes part, how it is scored, what came of it.

Needed by ``make bench`` only; a report is made without it.
"""
