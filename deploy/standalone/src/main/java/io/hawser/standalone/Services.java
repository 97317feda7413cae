package io.hawser.standalone;

import io.hawser.register.Register;
import java.util.Map;
import java.util.function.Consumer;

/** The services, each runnable alone by its name. */
final class Services {
    private static final Map<String, Consumer<String[]>> MAINS = Map.of("register", Register::main);

    private Services() {}

    /** Runs the service of this name until it is told to stop, and ends the process; does nothing for another name. */
    static void runIfNamed(String name, String[] args) {
        Consumer<String[]> main = MAINS.get(name);
        if (main != null) {
            main.accept(args);
        }
    }
}
