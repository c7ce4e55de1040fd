"""How a report is run: notebooks through Papermill, in the right order, then one report out of them."""
