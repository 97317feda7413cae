package io.hawser.bench.chaos.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.bench.chaos.history.Endpoint;
import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.EventLines;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Devices in a process of their own, which can be killed: takes orders, a line each, and tells events, a line each. What a
 * listener was handed is told before the listener returns, so whatever is acknowledged was told, and of what was told at most
 * the last is not.
 */
final class PhonesProcess {
    /** Before what the process ends by, in place of an event. */
    static final String FAILED = "!";

    private static final PrintStream OUT = System.out;

    private PhonesProcess() {}

    /** {@code args}: a directory for what devices keep, and the dispatchers. Ends when its input does. */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        List<String> dispatchers = List.copyOf(Arrays.asList(args).subList(1, args.length));
        Map<Endpoint, Phone> phones = new HashMap<>();
        ObjectMapper json = new ObjectMapper();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                Order order = json.readValue(line, Order.class);
                phones.computeIfAbsent(
                                order.endpoint(),
                                endpoint -> new Phone(
                                        endpoint,
                                        dispatchers,
                                        directory.resolve(endpoint.toString().replace('/', '_')),
                                        PhonesProcess::tell,
                                        PhonesProcess::fail))
                        .take(order);
            }
        }
        // The clients' own threads are daemons: as a device that is switched off.
        System.exit(0);
    }

    private static synchronized void tell(Event event) {
        OUT.println(EventLines.write(event));
        OUT.flush();
    }

    private static synchronized void fail(String what) {
        OUT.println(FAILED + what.replace('\n', ' '));
        OUT.flush();
        Runtime.getRuntime().halt(1);
    }
}
