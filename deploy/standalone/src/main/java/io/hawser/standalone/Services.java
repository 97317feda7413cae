package io.hawser.standalone;

import io.hawser.bench.Bench;
import io.hawser.bench.chaos.Chaos;
import io.hawser.center.Center;
import io.hawser.center.CenterConfig;
import io.hawser.coordinator.Coordinator;
import io.hawser.coordinator.CoordinatorConfig;
import io.hawser.dispatcher.Dispatcher;
import io.hawser.dispatcher.DispatcherConfig;
import io.hawser.keeper.cli.KeeperCli;
import io.hawser.register.Register;
import io.hawser.register.RegisterConfig;
import io.hawser.room.Room;
import io.hawser.room.RoomConfig;
import io.hawser.saver.Saver;
import io.hawser.saver.SaverConfig;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** The services and tools that have a main of their own, each runnable by its name. */
public final class Services {
    /** What keeper checks a configuration by, before it is applied. */
    static final Map<String, Class<? extends Record>> CONFIG_TYPES = Map.of(
            "dispatcher", DispatcherConfig.class,
            "room", RoomConfig.class,
            "register", RegisterConfig.class,
            "saver", SaverConfig.class,
            "center", CenterConfig.class,
            "coordinator", CoordinatorConfig.class);

    private static final Map<String, Consumer<String[]>> MAINS = Map.of(
            "dispatcher", Dispatcher::main,
            "room", Room::main,
            "register", Register::main,
            "saver", Saver::main,
            "center", Center::main,
            "coordinator", Coordinator::main,
            "keeper", asTool(args -> System.exit(KeeperCli.run(CONFIG_TYPES, args))),
            "bench", asTool(Bench::main),
            "chaos", asTool(Chaos::main));

    private Services() {}

    /** Returns the record of a service's configuration. */
    public static Class<? extends Record> configOf(String service) {
        return Objects.requireNonNull(CONFIG_TYPES.get(service), service);
    }

    /** Runs what has this name to its end, and the process with it; does nothing for another name. */
    static void runIfNamed(String name, String[] args) {
        Consumer<String[]> main = MAINS.get(name);
        if (main != null) {
            main.accept(args);
        }
    }

    /** Services log what they do; a tool only warns. */
    private static Consumer<String[]> asTool(Consumer<String[]> main) {
        return args -> {
            Logging.ofCommand("tool");
            main.accept(args);
        };
    }
}
