package io.hawser.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The script {@code ./hawser}, as far as it goes without building. */
final class LauncherTest {
    private static final Path SCRIPT =
            Path.of("..", "..", "hawser").toAbsolutePath().normalize();

    @Test
    void helpNamesEveryCommandAndItsExitCodes() throws Exception {
        Ended help = run("--help");
        assertThat(help.exitCode).isZero();
        assertThat(help.output)
                .contains(
                        "up ",
                        "cluster ",
                        "agent ",
                        "token ",
                        "client ",
                        "send ",
                        "broadcast ",
                        "status ",
                        "bench ",
                        "chaos ",
                        "operator-key ",
                        "backup ",
                        "restore ",
                        "erase ",
                        "keeper ")
                .contains("dispatcher", "room", "register", "saver", "center", "coordinator")
                .contains("Exit codes", "69");
    }

    @Test
    void anUnknownCommandIsOneLineAndExitCodeTwo() throws Exception {
        Ended unknown = run("sned");
        assertThat(unknown.exitCode).isEqualTo(2);
        assertThat(unknown.output.lines()).singleElement().asString().startsWith("hawser: unknown command: sned");
    }

    @Test
    void noCommandAtAllShowsTheHelp() throws Exception {
        Ended none = run();
        assertThat(none.exitCode).isEqualTo(2);
        assertThat(none.output).startsWith("Usage: ./hawser COMMAND");
    }

    @Test
    void buildAndTestExplainThemselves() throws Exception {
        assertThat(run("test", "--help").output).startsWith("Usage: ./hawser test [MAVEN-OPTIONS]");
        assertThat(run("build", "--help").output).startsWith("Usage: ./hawser build");
    }

    /** macOS has bash 3.2. */
    @Test
    void knowsNoWordsOfALaterBash() throws Exception {
        assertThat(Files.readString(SCRIPT))
                .doesNotContainPattern(
                        "mapfile|readarray|declare -[Agn]|local -[Agn]|\\$\\{\\w+(\\^|,)|&>>|\\|&|coproc");
    }

    private record Ended(int exitCode, String output) {}

    private static Ended run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash", SCRIPT.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output);
    }
}
