package io.hawser.center.broadcast;

import io.hawser.center.access.Access;
import io.hawser.center.broadcast.ListWorker.Letters;
import io.hawser.center.link.Links;
import io.hawser.center.message.Meter;
import io.hawser.center.message.Sends;
import io.hawser.center.operation.Managing;
import io.hawser.rpc.directory.AppDirectory;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.v1.Slice;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Broadcasts: the service that begins them and tells of them, and the driver of those that run. */
public final class Broadcasting implements AutoCloseable {
    private final BroadcastsService service;
    private final SliceDriver driver;
    private final Waits waits;

    /**
     * Wires both.
     *
     * @param center this one's name, under which it holds slices
     * @param incarnation the present one of this center
     * @param centers who share what an app may reach a second
     */
    public Broadcasting(
            String center,
            LongSupplier incarnation,
            Access access,
            Managing managing,
            Meter meter,
            Sends sends,
            Links links,
            Membership centers,
            AppDirectory directory,
            Supplier<BroadcastSettings> settings,
            Clock clock,
            MeterRegistry meters) {
        BroadcastSettings started = settings.get();
        waits = new Waits(settings, meters);
        Slices slices = new Slices(
                links, sends, directory, settings, new Semaphore(started.maxAppends(), true), new DriverMeters(meters));
        driver = new SliceDriver(
                new SliceCalls(links.savers(), center, incarnation, links.room().membership()),
                slice -> slices.hold(slice, this::wake),
                settings,
                slices.meters);
        Tasks tasks = new Tasks(links.savers());
        Launcher launcher = new Launcher(
                tasks,
                new Everywhere(links.room(), clock),
                new MemberMeter(centers, settings, meters),
                sends,
                new AppSizes(links.register(), started.sessionsAge()),
                driver::wake,
                settings);
        service = new BroadcastsService(access, managing, meter, launcher, tasks, waits, clock);
    }

    public BroadcastsService service() {
        return service;
    }

    /** Begins to drive. */
    public void start() {
        driver.start();
    }

    /** Leaves what runs to other centers, and answers those who wait. */
    @Override
    public void close() {
        waits.close();
        driver.close();
    }

    private void wake() {
        driver.wake();
    }

    /** Makes what works on slices. */
    private record Slices(
            Links links,
            Sends sends,
            AppDirectory directory,
            Supplier<BroadcastSettings> settings,
            Semaphore appends,
            DriverMeters meters) {
        HeldSlice hold(Slice slice, Runnable wake) {
            if (!slice.getList()) {
                return new RoomSlice(slice, links.room(), settings, meters);
            }
            Letters letters = (of, part) -> Letters.of(of, part, directory.app(of.getApp()));
            return new ListSlice(slice, new ListWorker(slice, letters, links.savers(), sends, appends, meters, wake));
        }
    }
}
