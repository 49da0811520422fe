"""What NoRML is about."""

ABOUT = (
    "A robot whose body or senses change should adapt without being told a reward. Learned "
    "together with the policy are an opinion of every transition, which takes the place of the "
    "advantage in its update, and an offset between who explores and who has adapted. The paper "
    "says that policies adapt by it where MAML, with rewards, does not."
)
READING = {  # by profile: paragraphs for who reads its verdicts
    "study": (
        "NORML-3 wants care. At the official code's rates MAML falls apart on the dense point. "
        "Its best mean of 20 meta-iterations is -2.1 to -5.3, within the first 350 of 1,000; then "
        "all five seeds sink, to -7.9 to -26.4 in the last tenth, below the -5 they began with, "
        "while the spread of their actions shrinks from 0.05 to 0.011 to 0.021. Those rates were "
        "found by a code that standardises the advantages of a batch's last task only; what that "
        "does is in the panel `point_slip`. With numbers chosen like everybody's MAML still ends "
        "at -1.7 to -12.3, NoRML at -0.6 to -0.9 in every seed.",
        "NoRML's mean of -4.7 is one seed's: seed 0 ends at -21.0, with an adapted spread that "
        "grew to 2e13, and the other four between -0.4 and -0.8.",
        "NORML-1 asks whether a policy is better after its update than before, of which the "
        "offset is a part that every task shares. An advantage that cannot see where a step led "
        "gains as much by it (0.75 of the best gain, against 0.78), from further below.",
        "These numbers are of `return_after` and `std` in the `curves/` that `remeta repro "
        "norml_point_dense --profile study` makes; the last tenth is of each seed's iterations.",
    ),
}
