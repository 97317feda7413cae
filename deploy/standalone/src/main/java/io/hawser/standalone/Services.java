package io.hawser.standalone;

import io.hawser.bench.Bench;
import io.hawser.center.Center;
import io.hawser.coordinator.Coordinator;
import io.hawser.dispatcher.Dispatcher;
import io.hawser.keeper.cli.KeeperCli;
import io.hawser.register.Register;
import io.hawser.room.Room;
import io.hawser.saver.Saver;
import java.util.Map;
import java.util.function.Consumer;

/** The services and tools that have a main of their own, each runnable by its name. */
final class Services {
    private static final Map<String, Consumer<String[]>> MAINS = Map.of(
            "dispatcher", Dispatcher::main,
            "room", Room::main,
            "register", Register::main,
            "saver", Saver::main,
            "center", Center::main,
            "coordinator", Coordinator::main,
            "keeper", asTool(KeeperCli::main),
            "bench", asTool(Bench::main));

    private Services() {}

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
