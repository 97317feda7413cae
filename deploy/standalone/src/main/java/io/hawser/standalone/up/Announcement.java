package io.hawser.standalone.up;

import io.hawser.standalone.command.CenterApi;
import io.hawser.standalone.command.CommandException;
import io.hawser.standalone.command.RunningPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the other commands find this platform: {@code up.json} in its data directory, from which the next start also
 * takes its ports, and the installation's, which is there while the platform is. Of several platforms, the one that was
 * first has the latter as long as it lives.
 */
public final class Announcement implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Announcement.class);

    private final Path ofData;
    private final Path ofInstallation;
    private final Progress progress;
    private @Nullable RunningPlatform announced;
    private boolean closed;

    public Announcement(Path home, Path data, Progress progress) {
        this.ofData = RunningPlatform.fileOfData(data);
        this.ofInstallation = RunningPlatform.file(home);
        this.progress = progress;
    }

    /** Returns the option by which a command finds this platform, with a space before it; empty where it needs none. */
    public synchronized String publish(RunningPlatform running) throws IOException {
        running.write(ofData);
        if (closed) {
            return "";
        }
        RunningPlatform other = otherThan(running);
        if (other != null) {
            String option = " --up " + ofData;
            progress.say("another platform runs, at %s: commands go to that one, and to this one with%s"
                    .formatted(other.center(), option));
            return option;
        }
        running.write(ofInstallation);
        announced = running;
        return "";
    }

    /** Takes the installation's file away, if it still tells of this platform. */
    @Override
    public synchronized void close() {
        closed = true;
        RunningPlatform ours = announced;
        announced = null;
        try {
            if (ours != null && ours.equals(read())) {
                Files.deleteIfExists(ofInstallation);
            }
        } catch (IOException e) {
            LOG.warn("{} tells of a platform that was stopped", ofInstallation, e);
        }
    }

    private @Nullable RunningPlatform otherThan(RunningPlatform running) {
        RunningPlatform told = read();
        return told == null || told.operatorKey().equals(running.operatorKey()) || !answers(told) ? null : told;
    }

    private @Nullable RunningPlatform read() {
        try {
            return Files.exists(ofInstallation) ? RunningPlatform.read(ofInstallation) : null;
        } catch (CommandException notReadable) {
            LOG.warn("What was told of another platform is ignored: {}", notReadable.getMessage());
            return null;
        }
    }

    /** The file may have outlived its platform, and something else may listen at its port by now. */
    private static boolean answers(RunningPlatform platform) {
        try {
            return new CenterApi(platform.center(), platform.operatorKey())
                    .get("/v1/apps/" + platform.app())
                    .isOk();
        } catch (CommandException gone) {
            LOG.info("The platform that was started before is gone: {}", gone.getMessage());
            return false;
        }
    }
}
