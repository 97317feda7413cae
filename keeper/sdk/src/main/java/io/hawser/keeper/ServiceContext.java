package io.hawser.keeper;

import io.hawser.keeper.registry.Registration;
import io.hawser.rpc.link.Membership;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * What a service's wiring gets. All listeners, of whatever kind, are called on one thread of the keeper's, one after
 * another: they must not block it, and what they throw is logged, counted and goes no further.
 *
 * @param <C> the service's configuration
 */
public interface ServiceContext<C extends Record> {
    /** Returns the configuration in force now. */
    C config();

    /**
     * Calls with each later configuration, valid as a whole; those that were refused are never seen. A listener that
     * throws refuses it: all listeners get the former one again, and what was in force stays.
     */
    void onConfigChange(Consumer<C> listener);

    /** Returns the instance's name, its own for all time: {@code room-1}. */
    String name();

    /** Returns the directory that is this instance's own, where it was given one; it may not be there yet. */
    default Optional<Path> dataDirectory() {
        return Optional.empty();
    }

    /** Returns the number of this life of the instance, above that of each earlier one. */
    long incarnation();

    /**
     * Calls with a new number after the session with ZooKeeper was lost, before others see it: what was said under the
     * earlier one is void.
     */
    void onReincarnation(LongConsumer listener);

    /** Returns the live instances of a service; it stays as it last was while ZooKeeper is away. */
    Membership members(String service);

    /** Returns what the live instances of a service advertised, attributes and all, sorted by name. */
    List<Registration> registrations(String service);

    /**
     * Lets others see this instance from now on. Called once, when the service serves.
     *
     * @throws IllegalStateException when called again
     */
    void advertise(Advertisement what);

    MeterRegistry meters();

    /** Returns wall time. */
    Clock clock();

    /**
     * Shows operators, beside the instance's state, something that they should know of it; blank words take it back. From
     * any thread.
     *
     * @param about what it is about, {@code overload}: what was said of that before is void
     */
    void remark(String about, String words);

    /** Adds a check to {@code /readyz}: the service is ready when all hold. It is asked at each request, from any thread. */
    void health(String name, BooleanSupplier ok);
}
