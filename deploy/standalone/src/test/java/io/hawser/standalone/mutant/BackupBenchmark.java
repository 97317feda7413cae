package io.hawser.standalone.mutant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.standalone.agent.AgentJar;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * Measures what it costs that a durable message is in MySQL before it is answered: the whole path, by {@code ./hawser bench
 * unicast} on {@code ./hawser up}, in turn with a saver that writes nothing to MySQL and one as it is. Both write to Redis.
 *
 * <p>Run it from the root of a built clone with this module's test class path; argument: rounds. Each takes about seven minutes.
 */
final class BackupBenchmark {
    private static final List<List<String>> LOADS = List.of(
            List.of("--warm-up", "30", "--seconds", "15", "--rate", "1000"),
            List.of("--warm-up", "15", "--seconds", "12", "--batch", "100", "--outstanding", "16", "--rate", "5000"));
    private static final List<String> LOAD_NAMES = List.of("single sends", "batches of 100");

    private final Path directory;
    private final Path agent;
    /** Of each side and phase, by round. */
    private final Map<String, List<Figures>> measured = new LinkedHashMap<>();

    private BackupBenchmark(Path directory) throws IOException {
        this.directory = directory;
        this.agent = directory.resolve("mutant.jar");
        AgentJar.write(agent, MutantAgent.class, List.of(Mutant.class));
    }

    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        BackupBenchmark benchmark = new BackupBenchmark(Files.createTempDirectory("hawser-backup-benchmark"));
        for (int round = 0; round < rounds; round++) {
            // Who comes second has the warmer disk.
            benchmark.measure(round % 2 == 0, round);
            benchmark.measure(round % 2 != 0, round);
        }
        benchmark.print();
    }

    private record Figures(double acceptedPerSecond, double acceptedP50, double acceptedP99, double deliveredP99) {
        static Figures of(JsonNode phase) {
            return new Figures(
                    phase.path("acceptedPerSecond").asDouble(),
                    phase.path("sendToAcceptedMicros").path("p50").asDouble() / 1000,
                    phase.path("sendToAcceptedMicros").path("p99").asDouble() / 1000,
                    phase.path("sendToDeliveredMicros").path("p99").asDouble() / 1000);
        }
    }

    private void measure(boolean backup, int round) throws IOException, InterruptedException {
        Path data = directory.resolve("data-" + round + (backup ? "-with" : "-without"));
        Process platform = up(backup, data);
        try (BufferedReader out = platform.inputReader()) {
            if (out.readLine() == null) {
                throw new IllegalStateException("up ended with " + platform.waitFor() + "; see " + data);
            }
            for (int load = 0; load < LOADS.size(); load++) {
                for (JsonNode phase : bench(data, LOADS.get(load)).path("phases")) {
                    note(
                            LOAD_NAMES.get(load) + ", " + phase.path("name").asText()
                                    + (backup ? ", with MySQL" : ", without"),
                            Figures.of(phase));
                }
            }
        } finally {
            platform.destroy();
            platform.waitFor();
        }
    }

    private void note(String name, Figures figures) {
        measured.computeIfAbsent(name, _ -> new ArrayList<>()).add(figures);
        System.out.println(name + ": " + figures);
    }

    private Process up(boolean backup, Path data) throws IOException {
        ProcessBuilder builder = launcher(
                "up-" + data.getFileName(), List.of("up", "--data", data.toString(), "--free-ports", "-o", "json"));
        if (!backup) {
            builder.environment().put("HAWSER_JAVA_OPTIONS", "-javaagent:" + agent + "=" + Mutant.withoutBackup());
        }
        return builder.start();
    }

    private JsonNode bench(Path data, List<String> load) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of("bench", "unicast", "--up", data.resolve("up.json").toString(), "-o", "json"));
        arguments.addAll(load);
        Process bench = launcher("bench", arguments).start();
        try (BufferedReader out = bench.inputReader()) {
            String figures = out.readLine();
            int code = bench.waitFor();
            if (figures == null || code != 0) {
                throw new IllegalStateException("bench ended with " + code + "; see " + directory);
            }
            return new ObjectMapper().readTree(figures);
        }
    }

    private ProcessBuilder launcher(String log, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(new File("hawser").getAbsolutePath()));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        directory.resolve(log + ".log").toFile()));
    }

    private void print() {
        System.out.println(
                "medians (lowest to highest): accepted/s, and ms: p50 and p99 to the answer, p99 to the client");
        measured.forEach((name, rounds) -> System.out.println(name + ": "
                + spread(rounds.stream().mapToDouble(Figures::acceptedPerSecond)) + "; "
                + spread(rounds.stream().mapToDouble(Figures::acceptedP50)) + "; "
                + spread(rounds.stream().mapToDouble(Figures::acceptedP99)) + "; "
                + spread(rounds.stream().mapToDouble(Figures::deliveredP99))));
    }

    private static String spread(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        return String.format(
                Locale.ROOT,
                "%.1f (%.1f to %.1f)",
                median,
                sorted[0],
                Arrays.stream(sorted).max().orElseThrow());
    }
}
