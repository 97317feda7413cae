package io.hawser.agent;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which processes an agent has running, on disk: what the next agent in this directory finds when this one is killed. */
final class Journal {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    Journal(Path file) {
        this.file = file;
    }

    /**
     * A process that runs.
     *
     * @param start see {@link io.hawser.agent.process.OsProcesses#startOf}: with the number it names one process
     * @param boot of the machine; pids and starts of another boot mean nothing
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Entry(String name, long pid, long start, String boot, List<String> command, long stopWithinSeconds) {}

    List<Entry> read() {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            return JSON.readValue(file.toFile(), new TypeReference<List<Entry>>() {});
        } catch (IOException e) {
            throw new AgentException(
                    AgentExit.FAILED,
                    file + ": cannot be read, so that nobody knows what an earlier agent left running: "
                            + e.getMessage() + " (expected: what an agent wrote; remove it once nothing runs)",
                    e);
        }
    }

    /** All at once or not at all. Where it cannot be written, supervision goes on: only a later adoption would miss it. */
    void write(List<Entry> running) {
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.write(unfinished, JSON.writeValueAsBytes(running));
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.error("{} cannot be written: an agent that follows would not find what runs", file, e);
        }
    }
}
