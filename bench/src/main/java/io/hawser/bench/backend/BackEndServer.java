package io.hawser.bench.backend;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * Takes webhooks in a process of its own. Says its port; then answers {@code begin NUMBER}, which begins a phase, and
 * {@code tell} with what came.
 */
final class BackEndServer {
    static final String BEGIN = "begin ";
    static final String TELL = "tell";

    private BackEndServer() {}

    /** {@code args}: the address that it listens on. */
    public static void main(String[] args) throws IOException {
        Arrivals arrivals = new Arrivals();
        System.out.println(
                Webhooks.listen(args[0], (id, body) -> arrivals.take(body)).port());
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith(BEGIN)) {
                    arrivals.begin(Integer.parseInt(line.substring(BEGIN.length())));
                }
                System.out.println(new ObjectMapper().writeValueAsString(arrivals.told()));
            }
        }
        System.exit(0);
    }
}
