"""Mathematics on tensors: no environment, no file, no randomness that is not passed in.

One word for one thing, throughout the package:

========== ==========================================================================
weights    a policy's parameters, a dict of tensors; a value, never changed in place
start      the meta-learned weights from which adaptation begins (theta)
adapted    the weights after adaptation to one task (phi)
rollouts   episodes as they were collected, [task, episode, time, ...]
batch      rollouts made ready to learn from: every action carries its advantage
support    the batch that adaptation to a task learns from
query      the batch of the adapted policy, by which the outer loss judges it
sampler    the weights that are taken to have sampled a batch
indices    places of tasks in a task set
stretches  rows of equally many steps, one episode after the other, as some papers count them
demos      what an expert did: observations and actions
rate       the size of one step of adaptation (alpha)
radius     the largest mean divergence a trust-region step may cause (delta)
context    numbers that stand for a task beside what a net sees (z)
task       the numbers that tell one world of a family from another, such as a goal
family     all worlds that differ only in the task
========== ==========================================================================
"""
