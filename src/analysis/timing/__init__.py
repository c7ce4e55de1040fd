"""What ``make bench`` measures: forecasts, many series and places, reports, large and damaged deliveries."""
