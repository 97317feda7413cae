package io.hawser.agent.control;

import io.hawser.agent.AgentException;
import io.hawser.agent.AgentExit;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Asks the agent of a directory. */
public final class ControlClient {
    private final Path directory;

    public ControlClient(Path directory) {
        this.directory = directory;
    }

    /**
     * Has something done, and waits until it is.
     *
     * @throws AgentException with what the agent answered, or NOT_RUNNING where none does
     */
    public ControlAnswer ask(String verb, List<String> names, long withinSeconds) {
        ControlAddress address = ControlAddress.read(directory);
        try (SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(address.socket()))) {
            ByteBuffer request = StandardCharsets.UTF_8.encode(
                    ControlJson.write(new ControlRequest(verb, names, withinSeconds)) + "\n");
            while (request.hasRemaining()) {
                socket.write(request);
            }
            String answer = new String(Channels.newInputStream(socket).readAllBytes(), StandardCharsets.UTF_8);
            return required(answer);
        } catch (IOException e) {
            throw new AgentException(
                    AgentExit.NOT_RUNNING,
                    "--data: the agent of " + directory + ", process " + address.pid() + ", does not answer: "
                            + e.getMessage(),
                    e);
        }
    }

    /** The agent's process, where one runs. */
    public Optional<ProcessHandle> process() {
        return ProcessHandle.of(ControlAddress.read(directory).pid());
    }

    private ControlAnswer required(String text) throws IOException {
        if (text.isBlank()) {
            throw new AgentException(
                    AgentExit.FAILED, "the agent of " + directory + " has too much to answer, or is ending");
        }
        ControlAnswer answer = ControlJson.read(text, ControlAnswer.class);
        if (answer.exit() != AgentExit.OK.number()) {
            throw new AgentException(AgentExit.of(answer.exit()), answer.message());
        }
        return answer;
    }
}
