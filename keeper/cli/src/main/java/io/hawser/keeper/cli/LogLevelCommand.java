package io.hawser.keeper.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hawser.keeper.command.LogLevels;
import io.hawser.keeper.command.Order;
import io.hawser.keeper.config.DurationText;
import io.hawser.keeper.registry.InstanceStatus;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.curator.framework.CuratorFramework;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Changes how much a logger says, for a while. */
@Command(
        name = "loglevel",
        description = "Changes how much a logger says, in one instance or all of a service; goes back by itself.",
        mixinStandardHelpOptions = true)
final class LogLevelCommand implements Callable<Integer> {
    private static final String EXPECTED = " (expected: NAME LOGGER LEVEL, or --service S LOGGER LEVEL)";

    @Mixin
    private Connection connection = new Connection();

    @Parameters(
            arity = "2..3",
            hideParamSyntax = true,
            paramLabel = "NAME LOGGER LEVEL",
            description = "Which instance (not with --service), which logger (root: all), and TRACE, DEBUG, INFO, WARN,"
                    + " ERROR, OFF, or RESET for what was configured.")
    private List<String> words = new ArrayList<>();

    @Option(names = "--service", paramLabel = "SERVICE", description = "All instances of this service.")
    private @Nullable String service;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = Converters.OfDuration.class,
            description = "How long; 24h at most (default: 10m).")
    private Duration atMost = Duration.ofMinutes(10);

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            converter = Converters.OfDuration.class,
            description = "How long to wait for an answer (default: 10s).")
    private Duration timeout = Duration.ofSeconds(10);

    @Mixin
    private Operator operator = new Operator();

    @Mixin
    private Output output = new Output();

    @ParentCommand
    private KeeperCli keeper = KeeperCli.unknowing();

    /** What one instance made of it. */
    private record Reply(String instance, Exit exit, String said, ObjectNode result) {}

    @Override
    public Integer call() throws Exception {
        boolean named = words.size() == 3;
        if (named == (service != null)) {
            throw new KeeperFailure(
                    Exit.USAGE, (named ? "NAME and --service: both given" : "a word is missing") + EXPECTED);
        }
        String logger = words.get(words.size() - 2);
        String level = words.getLast();
        LogLevels.check(logger, level, atMost);
        List<Reply> replies = connection.use(client -> tell(client, logger, level));
        output.print(json(replies), out -> {
            for (Reply reply : replies) {
                out.println(reply.instance() + ": " + reply.said() + hint(reply.result()));
            }
        });
        return replies.stream()
                .map(Reply::exit)
                .filter(exit -> exit != Exit.DONE)
                .findFirst()
                .orElse(Exit.DONE)
                .number();
    }

    private List<Reply> tell(CuratorFramework client, String logger, String level) throws Exception {
        Fleet fleet = Fleet.read(client);
        List<InstanceStatus> meant = service == null ? List.of(fleet.find(words.getFirst())) : all(fleet, service);
        ObjectNode arguments = JsonNodeFactory.instance
                .objectNode()
                .put("logger", logger)
                .put("level", level)
                .put("for", DurationText.format(atMost));
        Orders orders = new Orders(client, operator.author());
        List<Orders.Given> given = new ArrayList<>();
        for (InstanceStatus one : meant) {
            given.add(orders.give(one, Order.LOG_LEVEL, arguments));
        }
        List<Reply> replies = new ArrayList<>();
        for (Orders.Given order : given) {
            replies.add(reply(orders, order));
        }
        return replies;
    }

    private Reply reply(Orders orders, Orders.Given given) throws Exception {
        try {
            Order done = orders.await(given, timeout, true);
            return new Reply(given.name(), Exit.DONE, done.said(), done.result());
        } catch (KeeperFailure e) {
            String said = String.valueOf(e.getMessage());
            return new Reply(
                    given.name(),
                    e.exit(),
                    said.substring(given.name().length() + 2),
                    JsonNodeFactory.instance.objectNode());
        }
    }

    private List<InstanceStatus> all(Fleet fleet, String service) {
        List<InstanceStatus> statuses = fleet.of(service).stream()
                .map(Fleet.Member::status)
                .filter(Objects::nonNull)
                .toList();
        if (statuses.isEmpty()) {
            keeper.configs().requireService(service);
            throw HawserException.refusal(ErrorCode.NOT_FOUND, service + ": no instance of it runs");
        }
        return statuses;
    }

    private static String hint(ObjectNode result) {
        if (result.path("known").asBoolean(true)) {
            return "";
        }
        String nearest = result.path("nearest").asText();
        return "; nothing has logged under this name yet"
                + (nearest.isEmpty() ? "" : " (did you mean " + nearest + "?)");
    }

    private static ArrayNode json(List<Reply> replies) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Reply reply : replies) {
            ObjectNode one = list.addObject()
                    .put("instance", reply.instance())
                    .put("done", reply.exit() == Exit.DONE)
                    .put("said", reply.said());
            one.setAll(reply.result());
        }
        return list;
    }
}
