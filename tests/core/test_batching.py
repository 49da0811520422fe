import torch
from torch.func import grad
from torch.testing import assert_close

from remeta.core.batching import chunks, mean_and_task_gradients, mean_gradient
from remeta.core.episodes import Demos

TASKS = 7


def one_task(weights, demos, scale):
    """Of a different size for every task, so that a mean of chunk means is not the mean."""
    return scale * (torch.tanh(demos.obs @ weights["w"]) - demos.act).square().sum()


def problem(generator):
    def drawn(*shape):
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    demos = Demos(obs=drawn(TASKS, 5, 3), act=drawn(TASKS, 5, 2))
    return {"w": drawn(3, 2)}, (demos, drawn(TASKS).exp())


def test_chunks_are_all_tasks_once_and_in_order():
    data = (torch.arange(TASKS), torch.arange(2 * TASKS).reshape(TASKS, 2))
    parts = list(chunks(data, 3))
    assert [len(first) for first, _ in parts] == [3, 3, 1]
    assert_close(torch.cat([first for first, _ in parts]), data[0])
    assert_close(torch.cat([second for _, second in parts]), data[1])


def test_chunks_of_any_size_have_the_gradient_of_all_tasks_at_once(generator):
    weights, data = problem(generator)
    gradient, loss = mean_gradient(one_task, weights, data, TASKS)
    for size in (1, 2, 3, 100):
        again, same = mean_gradient(one_task, weights, data, size)
        assert_close(again, gradient, rtol=1e-12, atol=1e-14)
        assert_close(same, loss, rtol=1e-12, atol=0)


def test_the_gradient_is_that_of_the_mean_of_a_loop_over_tasks(generator):
    weights, (demos, scale) = problem(generator)

    def mean(weights):
        tasks = [Demos(demos.obs[i], demos.act[i]) for i in range(TASKS)]
        return sum(one_task(weights, d, s) for d, s in zip(tasks, scale, strict=True)) / TASKS

    gradient, loss = mean_gradient(one_task, weights, (demos, scale), 3)
    assert_close(gradient, grad(mean)(weights))
    assert_close(loss, mean(weights))


def test_what_each_task_has_of_its_own_has_the_gradient_of_its_own_loss(generator):
    weights, (demos, scale) = problem(generator)
    own = torch.randn(TASKS, 2, generator=generator, dtype=torch.float64)

    def with_own(weights, own, demos, scale):
        return one_task(weights, demos, scale) * own.exp().sum()

    def alone(task, own):
        return with_own(weights, own, Demos(demos.obs[task], demos.act[task]), scale[task])

    def mean(weights):
        tasks = [Demos(demos.obs[i], demos.act[i]) for i in range(TASKS)]
        return sum(with_own(weights, *one) for one in zip(own, tasks, scale, strict=True)) / TASKS

    for size in (1, 3, 100):
        gradient, each, loss = mean_and_task_gradients(with_own, weights, own, (demos, scale), size)
        assert_close(gradient, grad(mean)(weights))
        assert_close(loss, mean(weights))
        for task in range(TASKS):
            assert_close(each[task], grad(lambda own, t=task: alone(t, own))(own[task]))
