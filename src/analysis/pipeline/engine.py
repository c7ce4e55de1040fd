"""Papermill's own engine, but writing the notebook once: when it is finished, or where it stopped.

Papermill writes the whole notebook, with all of its figures, before and after every cell, so that somebody can look
at it while it runs; nobody looks at ours before it is in place.
"""

from __future__ import annotations

from typing import Any

from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines

NAME = "analysis"


class SavingOnce(NBClientEngine):  # type: ignore[misc]
    """Runs a notebook without writing it; one whose kernel has died is written as it is."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, save_on_error: str, **options: Any
    ) -> None:
        """Run the cells.

        Parameters
        ----------
        nb_man : NotebookExecutionManager
        kernel_name : str
        save_on_error : str
            Where the notebook is written if it cannot be run to its end.
        options
            Of Papermill's own engine.
        """
        try:
            super().execute_managed_notebook(nb_man, kernel_name, **options)
        except BaseException:
            # Papermill's last act is to save a notebook whose place is known.
            nb_man.output_path = save_on_error
            raise


def register() -> str:
    """Make the engine known to Papermill and return its name."""
    papermill_engines.register(NAME, SavingOnce)
    return NAME
