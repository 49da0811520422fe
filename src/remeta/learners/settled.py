"""What methods have in common whose policy acts as it has learned, in whatever task."""

from operator import attrgetter
from typing import ClassVar

from remeta.core.weights import Weights
from remeta.experience.adaptation import Schedule
from remeta.experience.unadapted import Unadapted, squashed_actor
from remeta.nets.squashed import SquashedPolicy


class Settled:
    """The policy that `ACTOR` names is all that there is to keep."""

    ACTOR: ClassVar[str]

    @property
    def policy(self) -> SquashedPolicy:
        """Who acts."""
        return attrgetter(self.ACTOR)(self)

    @property
    def weights(self) -> Weights:
        """Of the policy."""
        return self.policy.initial_weights()

    @weights.setter
    def weights(self, weights: Weights) -> None:
        self.policy.load_state_dict(weights)

    def adaptation(self, schedule: Schedule) -> Unadapted:
        """It acts as it has learned."""
        return Unadapted(lambda weights: squashed_actor(self.policy, weights))
