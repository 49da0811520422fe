"""Names under which Gymnasium finds the families; apart from them, so that it imports none.

Importing this module is what registers them: Gymnasium 1.0 gave up plug-ins.
"""

from gymnasium.envs.registration import register as gymnasium_register
from gymnasium.envs.registration import registry

IDS = {
    "remeta/Point-v0": ("point", {}),
    "remeta/Reacher-v0": ("reacher", {}),
    "remeta/ReacherSparse-v0": ("reacher", {"reward": "sparse"}),
    "remeta/AntGoal-v0": ("ant_goal", {}),
    "remeta/AntGoalSparse-v0": ("ant_goal", {"reward": "sparse"}),
    "remeta/AntQuarter-v0": ("ant_quarter", {}),
    "remeta/AntQuarterSparse-v0": ("ant_quarter", {"reward": "sparse"}),
    "remeta/AntQuarterPaper-v0": ("ant_quarter", {"terms": "paper"}),
    "remeta/PointCorner-v0": ("point_corner", {}),
    "remeta/PointCornerProMP-v0": (
        "point_corner",
        {"reward": "promp", "action_scale": "promp10"},
    ),
    "remeta/PointArc-v0": ("point_arc", {}),
    "remeta/PointArcDense-v0": ("point_arc", {"reward": "dense"}),
    "remeta/CheetahDir-v0": ("cheetah_dir", {}),
    "remeta/CheetahDirRllab-v0": ("cheetah_dir", {"form": "finn_rllab"}),
    "remeta/CheetahDirProMP-v0": ("cheetah_dir", {"form": "promp"}),
    "remeta/CheetahVel-v0": ("cheetah_vel", {}),
    "remeta/CheetahVelRllab-v0": ("cheetah_vel", {"form": "finn_rllab"}),
    "remeta/CheetahVelProMP-v0": ("cheetah_vel", {"form": "promp"}),
    "remeta/AntDir-v0": ("ant_dir", {}),
    "remeta/AntDirProMP-v0": ("ant_dir", {"form": "promp"}),
    "remeta/PointRotation-v0": ("point_rotation", {}),
    "remeta/PointRotationSparse-v0": ("point_rotation", {"reward": "sparse"}),
    "remeta/CartpoleSensor-v0": ("cartpole_sensor", {}),
    "remeta/CartpoleSensorFull-v0": ("cartpole_sensor", {"sensors": "full"}),
    "remeta/CheetahMotor-v0": ("cheetah_motor", {}),
    "remeta/Hopper-v0": ("hopper", {}),
    "remeta/HopperFixed-v0": ("hopper", {"ends": "fixed"}),
    "remeta/Walker2D-v0": ("walker2d", {}),
    "remeta/Walker2DFixed-v0": ("walker2d", {"ends": "fixed"}),
    "remeta/HalfCheetah-v0": ("half_cheetah", {}),
    "remeta/SawyerPush-v0": ("sawyer_push", {}),
    "remeta/SawyerPushSparse-v0": ("sawyer_push", {"reward": "sparse"}),
    "remeta/SawyerPushPrinted-v0": (
        "sawyer_push",
        {"reward": "printed", "gripper": "driven"},
    ),
    "remeta/SawyerDoor-v0": ("sawyer_door", {}),
    "remeta/SawyerDoorDense-v0": ("sawyer_door", {"reward": "dense"}),
    "remeta/SawyerDoorPrinted-v0": (
        "sawyer_door",
        {"reward": "printed", "inputs": "paper", "gripper": "driven"},
    ),
    "remeta/CheetahRun-v0": ("cheetah_run", {}),
    "remeta/AntReach-v0": ("ant_reach", {}),
    "remeta/AntReachSparse-v0": ("ant_reach", {"reward": "sparse"}),
    "remeta/WalkerDynamics-v0": ("walker_dynamics", {}),
    "remeta/WalkerDynamicsUsual-v0": ("walker_dynamics", {"ends": "usual"}),
    "remeta/AntClassify-v0": ("ant_classify", {}),
}


def register() -> None:
    for name, (family, options) in IDS.items():
        if name not in registry:
            gymnasium_register(
                id=name,
                entry_point="remeta.tasks.gym:Single",
                vector_entry_point="remeta.tasks.gym:Batched",
                kwargs={"family": family, **options},
            )


register()
