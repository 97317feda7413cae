package io.hawser.agent.control;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.hawser.agent.ProcessStatus;
import java.util.List;

/**
 * What an agent answers.
 *
 * @param exit a number of {@link io.hawser.agent.AgentExit}
 * @param message why it could not be done; empty where it was
 * @param processes those that it was about, as they are now
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ControlAnswer(int exit, String message, List<ProcessStatus> processes) {
    public ControlAnswer {
        processes = List.copyOf(processes);
    }
}
