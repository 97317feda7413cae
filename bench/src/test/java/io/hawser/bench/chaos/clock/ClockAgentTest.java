package io.hawser.bench.chaos.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.instruction.InvokeInstruction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where services take their clock, and what they get instead. */
final class ClockAgentTest {
    private static final String HOST = "io/hawser/keeper/ServiceHost.class";

    @TempDir
    Path directory;

    @Test
    void servicesTakeTheirClockWhereItIsReplaced() throws Exception {
        byte[] host;
        try (InputStream in = Objects.requireNonNull(ClassLoader.getSystemResourceAsStream(HOST))) {
            host = in.readAllBytes();
        }
        assertThat(clocksOf(host)).isNotEmpty().containsOnly(Clock.class.getName());
        byte[] replaced = ClockAgent.replaced(host, ClassLoader.getSystemClassLoader());
        assertThat(clocksOf(replaced)).isNotEmpty().containsOnly(WrongClock.class.getName());
        assertThat(ClassFile.of().verify(replaced)).isEmpty();
    }

    @Test
    void theClockIsOffByWhatTheFileSays() throws Exception {
        Path file = directory.resolve("room-1");
        assertThat(WrongClock.read(file)).isZero();
        Files.writeString(file, "-600000\n");
        assertThat(WrongClock.read(file)).isEqualTo(Duration.ofMinutes(-10));
        Files.writeString(file, "soon");
        assertThatThrownBy(() -> WrongClock.read(file)).isInstanceOf(NumberFormatException.class);
    }

    @Test
    void withoutAFileItIsRight() {
        Instant before = Instant.now();
        assertThat(WrongClock.systemUTC().instant()).isBetween(before, Instant.now());
    }

    @Test
    void theJarNamesTheAgent() throws Exception {
        Path jar = directory.resolve("clock.jar");
        ClockAgent.write(jar);
        try (JarFile read = new JarFile(jar.toFile())) {
            assertThat(read.getManifest().getMainAttributes().getValue("Premain-Class"))
                    .isEqualTo(ClockAgent.class.getName());
        }
    }

    private static List<String> clocksOf(byte[] type) {
        return ClassFile.of().parse(type).methods().stream()
                .flatMap(method -> method.code().stream())
                .flatMap(code -> code.elementStream())
                .filter(InvokeInstruction.class::isInstance)
                .map(InvokeInstruction.class::cast)
                .filter(call -> call.name().equalsString("systemUTC"))
                .map(call -> call.owner().asInternalName().replace('/', '.'))
                .toList();
    }
}
