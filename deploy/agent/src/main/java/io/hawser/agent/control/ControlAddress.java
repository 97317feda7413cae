package io.hawser.agent.control;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.hawser.agent.AgentException;
import io.hawser.agent.AgentExit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Where an agent is asked, as it says in its directory.
 *
 * @param pid the agent's
 * @param socket a Unix domain socket
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record ControlAddress(long pid, String socket) {
    private static final String FILE = "agent.json";
    private static final String SOCKET = "agent.sock";
    /** What the kernels give room for, sockaddr_un: 108 bytes on Linux, 104 on macOS, a zero at the end. */
    private static final int MOST_BYTES = 103;

    static ControlAddress read(Path directory) {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            throw new AgentException(
                    AgentExit.NOT_RUNNING,
                    "--data: no agent runs in " + directory + " (expected: one that was started)");
        }
        try {
            return ControlJson.read(Files.readString(file), ControlAddress.class);
        } catch (IOException e) {
            throw new AgentException(AgentExit.FAILED, file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    void write(Path directory) throws IOException {
        Path unfinished = directory.resolve(FILE + ".new");
        Files.writeString(unfinished, ControlJson.write(this) + "\n");
        Files.move(unfinished, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    static void delete(Path directory) throws IOException {
        Files.deleteIfExists(directory.resolve(FILE));
    }

    /** In the directory itself where its path leaves room, else in a new one that is its owner's alone. */
    static Path place(Path directory) throws IOException {
        Path here = directory.resolve(SOCKET);
        boolean fits = here.toString().getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES;
        return fits ? here : Files.createTempDirectory("hawser-agent-").resolve(SOCKET);
    }
}
