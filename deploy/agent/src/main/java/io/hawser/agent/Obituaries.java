package io.hawser.agent;

/** Who is told when a service's process has ended other than in good order. Must not block: it is called on the agent's loop. */
@FunctionalInterface
public interface Obituaries extends AutoCloseable {
    /** Others find out by themselves. */
    Obituaries NONE = (service, name) -> {};

    /**
     * @param service its kind: {@code room}
     * @param name that the instance went by
     */
    void ended(String service, String name);

    @Override
    default void close() {}
}
