package io.hawser.agent;

/** Who is told when a service's process has ended other than in good order. Must not block: it is called on the agent's loop. */
@FunctionalInterface
public interface Obituaries extends AutoCloseable {
    /** Others find out by themselves. */
    Obituaries NONE = (service, name, pid) -> {};

    /**
     * @param service its kind: {@code room}
     * @param name that the instance went by
     * @param pid of its process
     */
    void ended(String service, String name, long pid);

    /** Waits for what is being told, for a bounded time. */
    @Override
    default void close() {}
}
