package io.hawser.standalone.mutant;

import io.hawser.stores.EmbeddedMariaDb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The MariaDB that is used everywhere, without its syncs: a script that stands in for the program, beside a link to the files
 * that it reads. A commit is on its disk when the kernel gets to it.
 */
final class UnsyncedMariaDb {
    private static final String SHARE = "--lc-messages-dir=";
    /** It is started elsewhere, at another one. */
    private static final int ANY_PORT = 3306;

    private UnsyncedMariaDb() {}

    /** Writes it there; returns what is named by {@code HAWSER_MARIADB}. */
    static Path write(Path directory) throws IOException {
        List<String> command =
                EmbeddedMariaDb.program(directory.resolve("probe"), ANY_PORT).command();
        String share = command.stream()
                .filter(argument -> argument.startsWith(SHARE))
                .map(argument -> argument.substring(SHARE.length()))
                .findFirst()
                .orElseThrow();
        Files.createSymbolicLink(directory.resolve("share"), Path.of(share));
        Path script = Files.createDirectory(directory.resolve("bin")).resolve("mariadbd");
        Files.writeString(script, """
                #!/bin/sh
                exec '%s' "$@" --innodb-flush-method=nosync --innodb-log-file-buffering=1 \\
                    --innodb-flush-log-at-trx-commit=2 --innodb-flush-log-at-timeout=2700
                """.formatted(command.getFirst()));
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
