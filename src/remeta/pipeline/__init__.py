"""One stage of the pipeline per file; `dvc.yaml` says which needs which."""
