"""A Slurm cluster on one machine: real daemons on the loopback, with four false GPUs.

    python -m tests.cluster.lab              until Ctrl-C; as root, where no Slurm is
    python -m tests.cluster.lab --install    only Debian's packages

munge, MariaDB, slurmdbd, slurmctld and two slurmd, `cpu1` and `gpu1`, run as children of
this process and end with it. The nodes claim more cores and memory than the machine has,
so that the jobs' requests of a real cluster can be granted.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PACKAGES = [
    "slurmctld", "slurmd", "slurm-client", "slurmdbd", "munge", "mariadb-server"
]  # fmt: skip
PROGRAMS = ["slurmctld", "slurmd", "sbatch", "slurmdbd", "munged", "mariadbd"]
# srun inside a job reads no other place, whatever SLURM_CONF says.
ETC = Path("/etc/slurm")
MARK = "# Written by tests/cluster/lab.py, which deletes it again.\n"

SLURM = """\
ClusterName=lab
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort=26817
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/controller
SlurmdSpoolDir={folder}/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n.pid
# No cgroups: a job that uses more memory than it asked for is found by looking.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=1
JobAcctGatherParams=OverMemoryKill
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=2,bf_interval=2,sched_min_interval=0,batch_sched_delay=0
EnforcePartLimits=ALL
# Jobs that ended stay visible to squeue, which Snakemake asks.
MinJobAge=600
KillWait=5
ReturnToService=2
MpiDefault=none
GresTypes=gpu
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort=26819
AccountingStoragePass={folder}/munge.socket
AccountingStorageTRES=gres/gpu
AccountingStoreFlags=job_comment
NodeName=cpu1 NodeHostname={host} NodeAddr=127.0.0.1 Port=26821 CPUs=32 RealMemory=200000
NodeName=gpu1 NodeHostname={host} NodeAddr=127.0.0.1 Port=26822 CPUs=32 RealMemory=200000 Gres=gpu:4
PartitionName=cpu Nodes=cpu1 Default=YES MaxTime=2-00:00:00 State=UP
PartitionName=gpu Nodes=gpu1 MaxTime=2-00:00:00 State=UP
"""

ACCOUNTING = """\
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
DbdHost=localhost
DbdAddr=127.0.0.1
DbdPort=26819
SlurmUser=root
PidFile={folder}/slurmdbd.pid
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort=23306
StorageUser=slurm
StoragePass=slurm
StorageLoc=slurm
"""

DATABASE = """\
CREATE DATABASE slurm;
CREATE USER slurm@127.0.0.1 IDENTIFIED BY 'slurm';
GRANT ALL ON slurm.* TO slurm@127.0.0.1;
"""


class Missing(RuntimeError):
    """Why no cluster can be started here."""


def install() -> None:
    """Install the Debian packages that are missing.

    Raises:
        Missing: where this cannot be done, with what to do instead.
    """
    absent = [name for name in PROGRAMS if not shutil.which(name)]
    if not absent:
        return
    names = " ".join(PACKAGES)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Missing(
            f"{', '.join(absent)}: not found. Install {names} (Debian's names), or run "
            "this as root where apt-get is."
        )
    quiet = {"stdout": subprocess.DEVNULL, "env": os.environ | {"LC_ALL": "C"}}
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
    for step in (["apt-get", "update", "-qq"], command):
        if (status := subprocess.run(step, check=False, **quiet).returncode) != 0:
            raise Missing(f"{' '.join(step)}: ended with {status}. Install {names}.")


@contextlib.contextmanager
def cluster() -> Iterator[Path]:
    """Run the cluster while the block runs; gives the folder of its logs.

    Raises:
        Missing: without root, the packages, or with another Slurm on the machine.
    """
    _check()
    with _alone():
        folder = Path(tempfile.mkdtemp(prefix="slurm-lab-"))
        folder.chmod(0o711)
        daemons: list[subprocess.Popen] = []
        try:
            _configure(folder)
            _start(folder, daemons)
            yield folder
        finally:
            _stop(daemons)
            for name in ("slurm.conf", "gres.conf", "slurmdbd.conf"):
                (ETC / name).unlink(missing_ok=True)
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One such cluster a machine: all of them would be configured in /etc/slurm."""
    with open(Path(tempfile.gettempdir()) / "slurm-lab.lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Missing("another test has one running on this machine") from None
        yield


def _check() -> None:
    absent = [name for name in PROGRAMS if not shutil.which(name)]
    if absent:
        raise Missing(
            f"{', '.join(absent)}: not found; `make test-cluster` installs it"
        )
    if os.geteuid() != 0:
        raise Missing("only root can start Slurm's daemons")
    own = ETC / "slurm.conf"
    if own.exists() and not own.read_text().startswith(MARK):
        raise Missing(f"{own} exists: this machine belongs to a cluster already")


def _configure(folder: Path) -> None:
    for name in ("controller", "cpu1", "gpu1", "log", "devices"):
        (folder / name).mkdir()
    key = folder / "munge.key"
    key.write_bytes(os.urandom(1024))
    key.chmod(0o400)
    # A GPU is a character device to Slurm; /dev/null's number makes a false one.
    for i in range(4):
        device = folder / "devices" / f"gpu{i}"
        os.mknod(device, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    words = {"folder": folder, "host": os.uname().nodename.split(".")[0]}
    ETC.mkdir(exist_ok=True)
    (ETC / "slurm.conf").write_text(MARK + SLURM.format(**words))
    (ETC / "gres.conf").write_text(
        f"{MARK}NodeName=gpu1 Name=gpu File={folder}/devices/gpu[0-3]\n"
    )
    accounting = ETC / "slurmdbd.conf"
    accounting.touch(0o600)
    accounting.chmod(0o600)
    accounting.write_text(MARK + ACCOUNTING.format(**words))


def _start(folder: Path, daemons: list[subprocess.Popen]) -> None:
    def start(name: str, *command: str) -> None:
        with open(folder / "log" / f"{name}.log", "wb") as log:
            daemons.append(
                subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )

    def ready(name: str, test: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 60
        while not test():
            if daemons[-1].poll() is not None or time.monotonic() > deadline:
                log = (folder / "log" / f"{name}.log").read_text(errors="replace")
                raise RuntimeError(f"{name} did not come up:\n{log[-3000:]}")
            time.sleep(0.1)

    def works(*command: str) -> bool:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    socket = folder / "munge.socket"
    start(
        "munge", "munged", "--foreground", "--force", f"--key-file={folder}/munge.key",
        f"--socket={socket}", f"--pid-file={folder}/munged.pid",
        f"--seed-file={folder}/munge.seed",
    )  # fmt: skip
    ready("munge", lambda: works("munge", "-n", "-S", str(socket)))

    data, database = folder / "database", f"--socket={folder}/database.socket"
    subprocess.run(
        ["mariadb-install-db", "--no-defaults", "--user=root", f"--datadir={data}",
         "--skip-test-db", "--auth-root-authentication-method=normal"],
        check=True, capture_output=True,
    )  # fmt: skip
    start(
        "database", "mariadbd", "--no-defaults", "--user=root", f"--datadir={data}",
        database, "--bind-address=127.0.0.1", "--port=23306",
    )  # fmt: skip
    client = ["mariadb", "--no-defaults", database, "--user=root"]
    ready("database", lambda: works(*client, "--execute=SELECT 1"))
    subprocess.run(client, input=DATABASE, text=True, check=True)

    start("slurmdbd", "slurmdbd", "-D")
    ready("slurmdbd", lambda: works("sacctmgr", "-n", "show", "cluster"))
    for words in (
        "cluster lab",
        "account lab Description=lab Organization=lab",
        "user root Account=lab DefaultAccount=lab",
    ):
        subprocess.run(
            ["sacctmgr", "-Q", "-i", "add", *words.split()],
            check=True,
            capture_output=True,
        )
    start("slurmctld", "slurmctld", "-D", "-c")
    ready("slurmctld", lambda: works("scontrol", "ping"))
    start("cpu1", "slurmd", "-D", "-c", "-N", "cpu1")
    start("gpu1", "slurmd", "-D", "-c", "-N", "gpu1")

    def idle() -> set[str]:
        command = ["sinfo", "--noheader", "--Node", "--states=idle", "--format=%N"]
        found = subprocess.run(command, capture_output=True, text=True, check=False)
        return set(found.stdout.split())

    ready("gpu1", lambda: idle() == {"cpu1", "gpu1"})


def _stop(daemons: list[subprocess.Popen]) -> None:
    if len(daemons) > 3:
        with contextlib.suppress(subprocess.TimeoutExpired):
            cancel = ["scancel", "--user=root"]
            subprocess.run(cancel, capture_output=True, timeout=5, check=False)
            time.sleep(1)
    for daemon in reversed(daemons):
        daemon.terminate()
        try:
            daemon.wait(10)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()


def main() -> None:
    """Install what is needed, and keep a cluster up for somebody to try things."""
    install()
    if sys.argv[1:] == ["--install"]:
        return
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
    start = time.monotonic()
    with cluster() as folder, contextlib.suppress(KeyboardInterrupt):
        print(
            f"up in {time.monotonic() - start:.1f} s; logs in {folder}/log; Ctrl-C ends"
        )
        signal.pause()


if __name__ == "__main__":
    try:
        main()
    except Missing as error:
        raise SystemExit(f"No cluster here: {error}") from None
