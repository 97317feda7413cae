package io.hawser.agent.command;

import java.nio.file.Path;

/** A command that has an agent's verbs below it, and knows in which directory that agent is. */
public interface AgentHome {
    Path directory();
}
