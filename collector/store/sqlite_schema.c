/* sqlite_schema.c - the tables of a store file.
 *
 * A step that was once released is never edited: a later schema is a further
 * step.  All steps that a file lacks run in one transaction of the writer that
 * opens it.
 */
#include "sqlite_schema.h"

/* (id, nth) is unique rather than (id, entry, revision): then the insertion of
 * a new response by itself finds out whether anything is known of its id,
 * another entry or an erasure included.  A second index to ask beforehand
 * costs a third of the inserts a second. */
const char *const schema_step[SCHEMA_VERSION] = {
    "CREATE TABLE meta ("
    "  lineage BLOB NOT NULL);" /* of this log; a restored copy has another */
    "INSERT INTO meta VALUES (randomblob(8));"
    "CREATE TABLE versions ("
    "  number INTEGER PRIMARY KEY,"
    "  version BLOB NOT NULL UNIQUE);"
    "CREATE TABLE journal ("
    "  number INTEGER PRIMARY KEY,"
    "  peer TEXT NOT NULL,"
    "  batch INTEGER NOT NULL,"
    "  rows INTEGER NOT NULL,"
    "  at INTEGER NOT NULL);"
    "CREATE TABLE log ("
    "  seq INTEGER PRIMARY KEY,"
    "  id BLOB NOT NULL,"
    "  nth INTEGER NOT NULL,"
    "  entry INTEGER NOT NULL,"
    "  revision INTEGER NOT NULL,"
    "  replaces INTEGER," /* seq */
    "  state INTEGER NOT NULL,"
    "  version INTEGER," /* versions.number */
    "  event_at INTEGER,"
    "  answered_at INTEGER,"
    "  received_at INTEGER,"
    "  operator TEXT,"
    "  product TEXT,"
    "  province TEXT,"
    "  org TEXT,"
    "  touchpoint TEXT,"
    "  class TEXT,"
    "  stratum TEXT,"
    "  channel INTEGER,"
    "  frame INTEGER,"
    "  attributes BLOB,"
    "  rate_ppm INTEGER,"
    "  flags INTEGER,"
    "  respondent BLOB,"
    "  answers BLOB,"
    "  duration_ms INTEGER,"
    "  staff BLOB,"
    "  device BLOB,"
    "  salt BLOB,"
    "  comment TEXT,"
    "  batch INTEGER);" /* journal.number */
    "CREATE UNIQUE INDEX log_id ON log (id, nth);"
    "CREATE TABLE definitions (key BLOB PRIMARY KEY, value BLOB)"
    "  WITHOUT ROWID;"
    "CREATE TABLE invitations (key BLOB PRIMARY KEY, value BLOB)"
    "  WITHOUT ROWID;"
    "CREATE TABLE due (key BLOB PRIMARY KEY, value BLOB)"
    "  WITHOUT ROWID;"
    "CREATE TABLE events (key BLOB PRIMARY KEY, value BLOB)"
    "  WITHOUT ROWID;"
    "CREATE TABLE optouts (key BLOB PRIMARY KEY, value BLOB)"
    "  WITHOUT ROWID;"
    "CREATE TABLE releases (key BLOB PRIMARY KEY, value BLOB)"
    "  WITHOUT ROWID;",
    /* Campaigns.  What was due before is of none: its key, until now gateway
     * NUL time id, says so. */
    "CREATE TABLE campaigns (key BLOB PRIMARY KEY, value BLOB)"
    "  WITHOUT ROWID;"
    "CREATE TABLE samples (key BLOB PRIMARY KEY, value BLOB)"
    "  WITHOUT ROWID;"
    "UPDATE due SET key = CAST(substr(key, 1, length(key) - 24) || x'0000' ||"
    "  substr(key, -24) AS BLOB);",
};

/* What a scan reads, in table order: columns behind the last one asked for are
 * not even looked at. */
#define NUMBERS                                                                \
    "seq, id, entry, revision, replaces, state, version, event_at, "           \
    "answered_at, received_at, operator, product, province, org, touchpoint, " \
    "class, stratum, channel, frame, attributes, rate_ppm, flags, "            \
    "respondent, answers"
#define REST ", duration_ms, staff, device, salt, comment"

const char *const schema_sql[STATEMENTS] = {
    [WAL] = "PRAGMA journal_mode = WAL",
    [LINEAGE_OF] = "SELECT lineage FROM meta",
    [NEW_LINEAGE] = "UPDATE meta SET lineage = randomblob(8)",
    [COPY] = "VACUUM INTO ?1",
    [CHECK] = "PRAGMA integrity_check(1)",
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",
    [JOURNAL] = "INSERT INTO journal (peer, batch, rows, at)"
                " VALUES (?, ?, ?, ?)",
    [APPEND] =
        "INSERT INTO log (nth, state, replaces, revision, id, entry,"
        " received_at, batch, version, event_at, answered_at, operator,"
        " product, province, org, touchpoint, class, stratum, channel, frame,"
        " attributes, rate_ppm, flags, respondent, answers, duration_ms,"
        " staff, device, salt, comment) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
        " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id, nth) DO NOTHING",
    [BLANK] =
        "UPDATE log SET state = 3, version = NULL, event_at = NULL,"
        " answered_at = NULL, received_at = NULL, operator = NULL,"
        " product = NULL, province = NULL, org = NULL, touchpoint = NULL,"
        " class = NULL, stratum = NULL, channel = NULL, frame = NULL,"
        " attributes = NULL, rate_ppm = NULL, flags = NULL, respondent = NULL,"
        " answers = NULL, duration_ms = NULL, staff = NULL, device = NULL,"
        " salt = NULL, comment = NULL, batch = NULL"
        " WHERE id = ?1 AND state <> 3",
    [KNOWN] = "SELECT seq, entry, revision, state FROM log WHERE id = ?1"
              " ORDER BY nth",
    [READ_NUMBERS] = "SELECT " NUMBERS " FROM log WHERE seq = ?1",
    [READ_ALL] = "SELECT " NUMBERS REST " FROM log WHERE seq = ?1",
    [LIST_NUMBERS] = "SELECT " NUMBERS " FROM log WHERE seq > ?1 ORDER BY seq",
    [LIST_ALL] = "SELECT " NUMBERS REST " FROM log WHERE seq > ?1 ORDER BY seq",
    [PLACE] = "SELECT 1 FROM log WHERE seq = ?1",
    [RESPONDENT] = "SELECT id FROM log WHERE respondent = ?1"
                   " GROUP BY +id ORDER BY min(seq)",
    [LIST_VERSIONS] = "SELECT number, version FROM versions"
                      " WHERE number > ?1 ORDER BY number",
    [ADD_VERSION] = "INSERT INTO versions (number, version) VALUES (?, ?)",
};

#define KEYED_SQL(name)                                                        \
    {                                                                          \
        [PUT] = "INSERT OR REPLACE INTO " name " (key, value) VALUES (?, ?)",  \
        [REMOVE] = "DELETE FROM " name " WHERE key = ?",                       \
        [GET] = "SELECT value FROM " name " WHERE key = ?",                    \
        [LIST] =                                                               \
            "SELECT key, value FROM " name " WHERE key >= ? ORDER BY key",     \
    }

const char *const schema_keyed[STORE_TABLES][KEYED] = {
    [TABLE_DEFINITIONS] = KEYED_SQL("definitions"),
    [TABLE_INVITATIONS] = KEYED_SQL("invitations"),
    [TABLE_DUE] = KEYED_SQL("due"),
    [TABLE_EVENTS] = KEYED_SQL("events"),
    [TABLE_OPTOUTS] = KEYED_SQL("optouts"),
    [TABLE_RELEASES] = KEYED_SQL("releases"),
    [TABLE_CAMPAIGNS] = KEYED_SQL("campaigns"),
    [TABLE_SAMPLES] = KEYED_SQL("samples"),
};
