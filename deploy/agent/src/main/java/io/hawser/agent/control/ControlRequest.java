package io.hawser.agent.control;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * What an agent is asked to do.
 *
 * @param verb a word such as {@code kill}
 * @param names the processes it is about; empty where it is about the agent
 * @param withinSeconds how long whoever asks will wait
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ControlRequest(String verb, List<String> names, long withinSeconds) {
    public ControlRequest {
        names = List.copyOf(names);
    }
}
