package io.hawser.agent.control;

import com.fasterxml.jackson.core.JacksonException;
import io.hawser.agent.AgentException;
import io.hawser.agent.AgentExit;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where an agent is asked: a socket that its owner alone can open, one request and one answer a connection. */
public final class ControlServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
    private static final int MOST_AT_ONCE = 32;
    private static final int MOST_BYTES = 64 << 10;
    private static final int LAST_ANSWERS_SECONDS = 2;

    private final Path directory;
    private final Path socket;
    private final ServerSocketChannel server;
    private final Handler handler;
    private final Semaphore room = new Semaphore(MOST_AT_ONCE);

    private ControlServer(Path directory, Path socket, ServerSocketChannel server, Handler handler) {
        this.directory = directory;
        this.socket = socket;
        this.server = server;
        this.handler = handler;
    }

    /** Does what is asked; fails with an {@link AgentException} where it cannot. */
    @FunctionalInterface
    public interface Handler {
        CompletionStage<ControlAnswer> handle(ControlRequest request);
    }

    /** Listens, and says so in the directory. */
    public static ControlServer start(Path directory, Handler handler) throws IOException {
        Path socket = ControlAddress.place(directory);
        // An agent that was killed leaves its own; the directory is held, so that it is nobody's.
        Files.deleteIfExists(socket);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        var control = new ControlServer(directory, socket, server, handler);
        new ControlAddress(ProcessHandle.current().pid(), socket.toString()).write(directory);
        Thread.ofVirtual().name("control").start(control::accept);
        return control;
    }

    /** Gives answers that are under way a moment, then listens no more. */
    @Override
    public void close() {
        try {
            if (!room.tryAcquire(MOST_AT_ONCE, LAST_ANSWERS_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("Somebody who asked the agent does not take the answer");
            }
            server.close();
            Files.deleteIfExists(socket);
            ControlAddress.delete(directory);
        } catch (IOException e) {
            LOG.warn("{} tells of an agent that has ended", directory, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                if (room.tryAcquire()) {
                    Thread.ofVirtual().name("control-answer").start(() -> serve(client));
                } else {
                    // Who asks reads nothing, and says so.
                    client.close();
                }
            } catch (ClosedChannelException closed) {
                return;
            } catch (IOException e) {
                LOG.warn("Somebody who asked the agent is not heard", e);
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            ByteBuffer answer = StandardCharsets.UTF_8.encode(ControlJson.write(answer(client)) + "\n");
            while (answer.hasRemaining()) {
                client.write(answer);
            }
        } catch (IOException e) {
            LOG.info("Somebody who asked the agent did not wait for the answer: {}", e.toString());
        } finally {
            room.release();
        }
    }

    private ControlAnswer answer(SocketChannel client) throws IOException {
        try {
            ControlRequest request = ControlJson.read(line(client), ControlRequest.class);
            LOG.info("asked to {} {}", request.verb(), request.names());
            return handler.handle(request).toCompletableFuture().join();
        } catch (CompletionException e) {
            return refused(e.getCause() == null ? e : e.getCause());
        } catch (AgentException | JacksonException e) {
            return refused(e);
        }
    }

    private static ControlAnswer refused(Throwable failure) {
        if (failure instanceof AgentException known) {
            return new ControlAnswer(known.exit().number(), String.valueOf(known.getMessage()), List.of());
        }
        LOG.warn("A request failed", failure);
        return new ControlAnswer(AgentExit.FAILED.number(), failure.toString(), List.of());
    }

    private static String line(SocketChannel client) throws IOException {
        InputStream in = Channels.newInputStream(client);
        byte[] line = new byte[MOST_BYTES];
        for (int length = 0; length < MOST_BYTES; length++) {
            int next = in.read();
            if (next < 0 || next == '\n') {
                return new String(line, 0, length, StandardCharsets.UTF_8);
            }
            line[length] = (byte) next;
        }
        throw new AgentException(AgentExit.USAGE, "request: longer than " + MOST_BYTES + " bytes");
    }
}
