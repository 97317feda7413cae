package io.hawser.agent.config;

import io.hawser.keeper.config.ByteSize;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How a service's JVM is started.
 *
 * @param java the program
 * @param classPath with the service and all that it needs
 * @param main takes the service's name and its arguments
 * @param crashes where a JVM that crashes leaves its report
 */
public record ServiceJvm(Path java, String classPath, String main, Path crashes) {
    /** As this very JVM was started. */
    public static ServiceJvm likeThisOne(String main, Path crashes) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return new ServiceJvm(java, shortened(System.getProperty("java.class.path", "")), main, crashes);
    }

    /** With its libraries elsewhere. */
    public ServiceJvm withClassPath(String other) {
        return new ServiceJvm(java, other, main, crashes);
    }

    /**
     * The command.
     *
     * @param heap of Java; a process takes some 120 MiB beside it, and as much again for its direct buffers at most
     * @param flags for the JVM, after ours, so that they win
     * @param arguments the service's name first
     */
    public List<String> command(ByteSize heap, List<String> flags, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                java.toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                // With these Netty refuses direct memory at once where there is none; the JVM sleeps before it does.
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-Dio.netty.tryReflectionSetAccessible=true",
                "-XX:+UseCompactObjectHeaders",
                "-Xmx" + (heap.bytes() >> 10) + "k",
                "-XX:MaxDirectMemorySize=" + (heap.bytes() >> 10) + "k",
                // Not ExitOnOutOfMemoryError: its exit code, 3, is that of a wrong configuration.
                "-XX:+CrashOnOutOfMemoryError",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + crashes.resolve("hs_err_%p.log")));
        command.addAll(flags);
        command.addAll(List.of("-cp", classPath, main));
        command.addAll(arguments);
        return command;
    }

    /** {@code lib/*} where that is what the launcher had unfolded: for those who read lists of processes. */
    private static String shortened(String classPath) {
        List<Path> entries = Arrays.stream(classPath.split(File.pathSeparator, -1))
                .map(Path::of)
                .toList();
        Set<Path> folders = entries.stream()
                .filter(entry -> entry.toString().endsWith(".jar") && entry.getParent() != null)
                .map(Path::getParent)
                .collect(Collectors.toSet());
        boolean allOfOne =
                folders.size() == 1 && entries.stream().allMatch(entry -> folders.contains(entry.getParent()));
        return allOfOne ? folders.iterator().next().resolve("*").toString() : classPath;
    }
}
