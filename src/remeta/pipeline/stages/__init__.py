"""One stage of the pipeline a file; `dvc.yaml` says which needs which."""
