"""What NoRML is about."""

ABOUT = (
    "A robot whose body or senses change should adapt without being told a reward. Learned "
    "together with the policy are an opinion of every transition, which takes the place of the "
    "advantage in its update, and an offset between who explores and who has adapted. The paper "
    "says that policies adapt by it where MAML, with rewards, does not."
)
