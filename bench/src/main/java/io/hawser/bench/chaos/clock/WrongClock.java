package io.hawser.bench.chaos.clock;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The system's clock, and as many milliseconds as a file says; none where there is no file. */
public final class WrongClock extends Clock {
    private static final long LOOK_MILLIS = 100;
    private static final Clock RIGHT = Clock.systemUTC();

    private static volatile Duration off = Duration.ZERO;

    private final ZoneId zone;

    private WrongClock(ZoneId zone) {
        this.zone = zone;
    }

    /** What {@link Clock#systemUTC} is replaced by. */
    public static Clock systemUTC() {
        return new WrongClock(ZoneOffset.UTC);
    }

    /** Looks into the file from now on, ten times a second, and says what it has taken from it. */
    static void follow(Path file) {
        Thread.ofPlatform().daemon().name("wrong-clock").start(() -> {
            boolean told = false;
            while (true) {
                Duration said = read(file);
                if (!told || !said.equals(off)) {
                    off = said;
                    tell(file, said);
                    told = true;
                }
                sleep();
            }
        });
    }

    private static void tell(Path file, Duration now) {
        try {
            ClockSettings.replace(ClockSettings.taken(file), now);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a file says: one that cannot be read is no reason to be right. */
    static Duration read(Path file) {
        try {
            return Duration.ofMillis(Long.parseLong(Files.readString(file).strip()));
        } catch (NoSuchFileException none) {
            return Duration.ZERO;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts it", e);
        }
    }

    @Override
    public Instant instant() {
        return RIGHT.instant().plus(off);
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        return new WrongClock(other);
    }
}
