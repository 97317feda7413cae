package io.hawser.agent.command;

/** How a command prints its result; named as on the command line. */
public enum AgentFormat {
    table,
    json
}
