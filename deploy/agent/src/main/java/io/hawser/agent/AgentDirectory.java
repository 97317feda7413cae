package io.hawser.agent;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where an agent keeps what is its own, held by one agent at a time:
 *
 * <pre>
 *   agent.lock        held by the agent; the kernel lets go of it with the process, however that ends
 *   agent.json        where the agent is asked
 *   agent.sock        there, unless the path is too long for a socket
 *   processes.json    what runs
 *   logs/             what the processes print
 * </pre>
 */
public final class AgentDirectory implements AutoCloseable {
    private static final String OWNER_ONLY = "rwx------";

    private final Path path;
    private final FileChannel lock;

    private AgentDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Makes the directory where it is missing, and holds it until it is closed.
     *
     * @throws AgentException ALREADY_RUNS when another agent holds it, FAILED when it cannot be written
     */
    public static AgentDirectory hold(Path wanted) {
        try {
            Path made = Files.createDirectories(wanted.toAbsolutePath()).toRealPath();
            // Those who may enter may ask the agent for anything.
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString(OWNER_ONLY));
            Files.createDirectories(made.resolve("logs"));
            return new AgentDirectory(made, lock(made));
        } catch (IOException e) {
            throw new AgentException(
                    AgentExit.FAILED, "--data: " + wanted + " (expected: a directory that can be written): " + e, e);
        }
    }

    /** Absolute, free of symbolic links. */
    public Path path() {
        return path;
    }

    public Path resolve(String name) {
        return path.resolve(name);
    }

    Path log(String process) {
        return path.resolve("logs").resolve(process + ".log");
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new AgentException(AgentExit.FAILED, path + ": cannot be let go of", e);
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(path.resolve("agent.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!tryLock(channel)) {
            channel.close();
            throw new AgentException(
                    AgentExit.ALREADY_RUNS,
                    "--data: an agent runs in " + path + " already (expected: another directory, or its 'down' first)");
        }
        return channel;
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }
}
