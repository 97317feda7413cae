package io.hawser.keeper.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.hawser.keeper.command.Order;
import io.hawser.keeper.registry.Departure;
import io.hawser.keeper.registry.InstanceStatus;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has an instance leave as SIGTERM does: it says that it drains, hands its work on, and ends. */
@Command(
        name = "drain",
        description = "Has an instance hand its work on and end, as SIGTERM does, and waits for its end.",
        mixinStandardHelpOptions = true)
final class DrainCommand implements Callable<Integer> {
    private static final Duration STEP = Duration.ofMillis(50);

    @Mixin
    private Connection connection = new Connection();

    @Parameters(paramLabel = "NAME", description = "Which: NAME, or SERVICE/NAME.")
    private String name = "";

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            converter = Converters.OfDuration.class,
            description = "How long to wait for its end; it goes on after that (default: 60s).")
    private Duration timeout = Duration.ofSeconds(60);

    @Mixin
    private Operator operator = new Operator();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws Exception {
        if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(Duration.ofHours(1)) > 0) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "--timeout: " + Times.format(timeout) + " (expected: 1s to 1h)");
        }
        connection.use(client -> {
            drain(client);
            return Exit.DONE;
        });
        return Exit.DONE.number();
    }

    private void drain(CuratorFramework client) throws Exception {
        long beganNs = System.nanoTime();
        InstanceStatus instance = Fleet.read(client).find(name);
        Orders orders = new Orders(client, operator.author());
        Orders.Given given = orders.give(instance, Order.DRAIN, JsonNodeFactory.instance.objectNode());
        Order accepted = orders.await(given, timeout, false);
        output.progress(instance.name() + ": " + accepted.said());
        awaitEnd(client, instance, timeout.minusNanos(System.nanoTime() - beganNs));
        requireLeft(client, instance);
        long tookMs = Duration.ofNanos(System.nanoTime() - beganNs).toMillis();
        output.print(
                JsonNodeFactory.instance
                        .objectNode()
                        .put("service", instance.service())
                        .put("name", instance.name())
                        .put("state", "stopped")
                        .put("tookMs", tookMs),
                out -> out.println(
                        instance.name() + ": has left and stopped, after " + Times.format(Duration.ofMillis(tookMs))));
    }

    /** Its status stays to its end, or to that of its session. */
    private void awaitEnd(CuratorFramework client, InstanceStatus instance, Duration atMost) throws Exception {
        long deadlineNs = System.nanoTime() + atMost.toNanos();
        while (runs(client, instance)) {
            if (System.nanoTime() - deadlineNs >= 0) {
                throw new KeeperFailure(
                        Exit.TIMEOUT,
                        instance.name() + ": drains still, after " + Times.format(timeout)
                                + " (expected: --timeout longer than its --drain-timeout); it goes on");
            }
            Thread.sleep(STEP);
        }
    }

    private static boolean runs(CuratorFramework client, InstanceStatus instance) throws Exception {
        try {
            byte[] data = client.getData().forPath(ZooKeeperPaths.running(instance.service(), instance.name()));
            return InstanceStatus.fromJson(data).incarnation() == instance.incarnation();
        } catch (KeeperException.NoNodeException e) {
            return false;
        }
    }

    private static void requireLeft(CuratorFramework client, InstanceStatus instance) throws Exception {
        if (!Departure.noted(client, instance.service(), instance.name(), instance.incarnation())) {
            throw new KeeperFailure(
                    Exit.REFUSED,
                    instance.name() + ": is gone without having said that it leaves (expected: see its log, it may have"
                            + " been killed)");
        }
    }
}
