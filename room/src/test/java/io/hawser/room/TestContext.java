package io.hawser.room;

import io.hawser.keeper.Advertisement;
import io.hawser.keeper.ServiceContext;
import io.hawser.keeper.registry.Registration;
import io.hawser.rpc.link.Membership;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** What a room gets of its keeper, played by the test. */
final class TestContext implements ServiceContext<RoomConfig> {
    private final Map<String, SettableMembership> memberships = new ConcurrentHashMap<>();
    private final Map<String, BooleanSupplier> health = new ConcurrentHashMap<>();
    final Map<String, String> remarks = new ConcurrentHashMap<>();
    private final List<Consumer<RoomConfig>> configListeners = new CopyOnWriteArrayList<>();
    private final List<LongConsumer> incarnationListeners = new CopyOnWriteArrayList<>();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private volatile RoomConfig config;
    private final AtomicLong incarnation = new AtomicLong(7);
    private volatile @Nullable Advertisement advertised;

    TestContext(RoomConfig config) {
        this.config = config;
    }

    SettableMembership membership(String service) {
        return memberships.computeIfAbsent(service, name -> new SettableMembership());
    }

    Advertisement advertised() {
        Advertisement now = advertised;
        if (now == null) {
            throw new IllegalStateException("not advertised yet");
        }
        return now;
    }

    boolean isReady() {
        return health.values().stream().allMatch(BooleanSupplier::getAsBoolean);
    }

    void reincarnate() {
        long next = incarnation.incrementAndGet();
        incarnationListeners.forEach(listener -> listener.accept(next));
    }

    void changeConfig(RoomConfig changed) {
        config = changed;
        configListeners.forEach(listener -> listener.accept(changed));
    }

    double count(String counter, String... tags) {
        return meters.get(counter).tags(tags).counter().count();
    }

    double functionCount(String counter) {
        return meters.get(counter).functionCounter().count();
    }

    double gauge(String gauge) {
        return meters.get(gauge).gauge().value();
    }

    @Override
    public RoomConfig config() {
        return config;
    }

    @Override
    public void onConfigChange(Consumer<RoomConfig> listener) {
        configListeners.add(listener);
    }

    @Override
    public String name() {
        return "room-1";
    }

    @Override
    public long incarnation() {
        return incarnation.get();
    }

    @Override
    public void onReincarnation(LongConsumer listener) {
        incarnationListeners.add(listener);
    }

    @Override
    public Membership members(String service) {
        return membership(service);
    }

    @Override
    public List<Registration> registrations(String service) {
        return List.of();
    }

    @Override
    public void advertise(Advertisement what) {
        advertised = what;
    }

    @Override
    public MeterRegistry meters() {
        return meters;
    }

    @Override
    public Clock clock() {
        return Clock.systemUTC();
    }

    @Override
    public void remark(String about, String words) {
        remarks.put(about, words);
    }

    @Override
    public void health(String name, BooleanSupplier ok) {
        health.put(name, ok);
    }
}
