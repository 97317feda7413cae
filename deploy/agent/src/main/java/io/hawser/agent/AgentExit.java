package io.hawser.agent;

/** How a command that concerns an agent ends. Numbers that services use too mean the same here. */
public enum AgentExit {
    /** Done. */
    OK(0),
    /** Tried, without success. */
    FAILED(1),
    /** The command line is wrong. */
    USAGE(2),
    /** The agent's configuration is wrong. */
    CONFIGURATION(3),
    /** A port that is wanted is in use. */
    ADDRESS_IN_USE(4),
    /** The given ZooKeeper does not answer. */
    ZOOKEEPER_UNREACHABLE(5),
    /** An agent runs in this directory already. */
    ALREADY_RUNS(6),
    /** No process goes by the name. */
    UNKNOWN_NAME(7),
    /** The process is in no state for this. */
    WRONG_STATE(8),
    /** A given store does not answer. */
    DATABASE_UNREACHABLE(9),
    /** No agent runs in this directory. */
    NOT_RUNNING(10);

    private final int number;

    AgentExit(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** The constant of a number that an agent answered; one that is not known failed. */
    public static AgentExit of(int number) {
        for (AgentExit exit : values()) {
            if (exit.number == number) {
                return exit;
            }
        }
        return FAILED;
    }
}
