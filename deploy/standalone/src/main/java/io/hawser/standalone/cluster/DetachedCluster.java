package io.hawser.standalone.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.agent.AgentException;
import io.hawser.agent.AgentExit;
import io.hawser.standalone.Hawser;
import io.hawser.standalone.command.RunningPlatform;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A cluster whose agent runs in the background: the same command once more, in a session of its own. */
final class DetachedCluster {
    private static final long PAUSE_MILLIS = 100;
    private static final String SETSID = "/usr/bin/setsid";

    private DetachedCluster() {}

    /**
     * Starts it, passes on what it says meanwhile, and returns when it is ready.
     *
     * @param arguments those that this process was started with
     */
    static RunningPlatform start(Path data, List<String> arguments) throws IOException, InterruptedException {
        // Its keys are in what it announces.
        Files.createDirectories(
                data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path said = data.resolve("up.err");
        Path announced = data.resolve("up.out");
        Process agent = new ProcessBuilder(command(arguments))
                .redirectInput(new File("/dev/null"))
                .redirectError(said.toFile())
                .redirectOutput(announced.toFile())
                .start();
        long passedOn = 0;
        while (agent.isAlive() && !Files.readString(announced).endsWith("\n")) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            passedOn = passOn(said, passedOn);
        }
        passOn(said, passedOn);
        if (!agent.isAlive()) {
            throw new AgentException(
                    AgentExit.of(agent.waitFor()),
                    "the cluster was not started; what it said is above, and in " + said);
        }
        return new ObjectMapper().readValue(Files.readString(announced), RunningPlatform.class);
    }

    /** This JVM's own, without being detached. */
    private static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(Path.of(SETSID))) {
            command.add(SETSID);
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path", "")));
        command.add(Hawser.class.getName());
        command.addAll(attached(arguments));
        command.addAll(List.of("-o", "json"));
        return command;
    }

    private static List<String> attached(List<String> arguments) {
        List<String> attached = new ArrayList<>(arguments);
        attached.removeIf("--detach"::equals);
        int format = attached.indexOf("-o");
        if (format >= 0) {
            attached.subList(format, format + 2).clear();
        }
        return attached;
    }

    private static long passOn(Path said, long from) throws IOException {
        byte[] all = Files.readAllBytes(said);
        System.err.write(all, (int) from, all.length - (int) from);
        System.err.flush();
        return all.length;
    }
}
