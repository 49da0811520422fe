"""What a long stage has come to, kept on disk so that a killed one goes on where it was.

A run that was killed and resumed writes the same bytes as one that never was. A checkpoint lies
under the fingerprint of everything its run depends on and is believed only if it is whole; in all
other cases the stage says so and starts from zero.
"""

import json
import os
import shutil
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from time import monotonic

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file

from remeta.frozen import Advice
from remeta.pipeline.models import BROKEN, digest_of, header, read_tensors
from remeta.pipeline.resume.trees import Stateful, gather, restore
from remeta.storage import write_by

EVERY = 30.0  # seconds between checkpoints at least; 0 writes one whenever asked
SHARE = 0.05  # of a stage's time that may go into writing them
TREE, FILE = "tree", "state.safetensors"


class Checkpoint:
    """Of one stage; `stateful` names what a step of it may change, and no more is kept."""

    def __init__(
        self, title: str, folder: Path, fingerprint: str, stateful: Stateful, began: float
    ):
        self.title, self.fingerprint, self.stateful = title, fingerprint, stateful
        self.path = folder / fingerprint / FILE
        self._began, self._earlier = began, 0.0
        self._last, self._pause, self._warned = monotonic(), EVERY, False

    @property
    def wall_s(self) -> float:
        """Seconds this stage has taken, those of killed processes included."""
        return self._earlier + monotonic() - self._began

    def resume(self) -> bool:
        """Bring the stage where its checkpoint left it, if there is one to be believed."""
        if os.environ.get("REMETA_FRESH"):  # from a runner that was told to run everything anew
            self.end()
        self._clear()
        if not self.path.exists():
            return False
        try:
            tensors, about = read_tensors(self.path)
            if about.pop("digest") != digest_of(tensors):
                raise ValueError("it was changed after it was written")
            if about.pop("fingerprint") != self.fingerprint:
                raise ValueError("it is of another run")
            saved = json.loads(tensors.pop(TREE).numpy().tobytes())
            restore(self.stateful, saved["living"], tensors)
            self._earlier = saved["wall_s"]
        except (*BROKEN, LookupError, TypeError, AttributeError, RuntimeError) as error:
            self._report(f"{self.path} is no checkpoint of it ({error}); it starts from zero")
            return False
        return True

    def keep(self) -> None:
        """Write all that changes, if it is time to; a disk that is full stops nobody."""
        if EVERY and monotonic() - self._last < self._pause:
            return
        started = monotonic()
        try:
            self._write()
        except Advice as error:
            if not self._warned:
                self._report(f"goes on without checkpoints: {error}")
            self._warned = True
        self._last = monotonic()
        self._pause = max(EVERY, (self._last - started) / SHARE)

    def end(self) -> None:
        """The stage is done and its outputs are written."""
        shutil.rmtree(self.path.parent, ignore_errors=True)
        with suppress(OSError):
            self.path.parent.parent.rmdir()

    def _write(self) -> None:
        tree, tensors = gather(self.stateful)
        text = json.dumps({"living": tree, "wall_s": self.wall_s}).encode()
        # A tensor of letters, so that the digest is of everything.
        tensors[TREE] = torch.frombuffer(bytearray(text), dtype=torch.uint8)
        about = header(tensors, {"fingerprint": self.fingerprint})
        write_by(self.path, partial(_save, tensors, about))

    def _clear(self) -> None:
        """Of other fingerprints nothing is kept, nor what a kill left half written."""
        for other in self.path.parent.parent.glob("*"):
            if other.name != self.fingerprint:
                shutil.rmtree(other, ignore_errors=True)
                self._report(f"{other} is of other parameters, files or versions; it is dropped")
        for leftover in self.path.parent.glob(".*"):
            leftover.unlink(missing_ok=True)

    def _report(self, text: str) -> None:
        print(f"{self.title}: {text}", file=sys.stderr, flush=True)


def _save(tensors: dict[str, torch.Tensor], about: dict[str, str], path: Path) -> None:
    try:
        save_file(tensors, path, about)
    except SafetensorError as error:  # its word for a full disk, too
        raise OSError(str(error)) from error
