#include "io/results_database.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "headscore/error.hpp"
#include "io/file_bytes.hpp"

namespace headscore {
namespace {

using Json = nlohmann::json;

constexpr const char* kSchema = R"sql(
CREATE TABLE runs(id INTEGER PRIMARY KEY, headscore TEXT NOT NULL, settings_hash TEXT NOT NULL, shard_index INTEGER, shard_count INTEGER,
  per_file INTEGER NOT NULL, units INTEGER NOT NULL, document TEXT NOT NULL);
CREATE TABLE settings(run_id INTEGER NOT NULL REFERENCES runs(id), name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY(run_id, name)) WITHOUT ROWID;
CREATE TABLE products(id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES runs(id), folder TEXT NOT NULL, unit TEXT NOT NULL,
  identity TEXT NOT NULL, outcome TEXT NOT NULL, product TEXT NOT NULL, form TEXT NOT NULL, rig TEXT NOT NULL, rig_verdict TEXT NOT NULL,
  target TEXT NOT NULL, policy TEXT NOT NULL, signature TEXT, document TEXT NOT NULL);
CREATE TABLE files(id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL REFERENCES products(id), path TEXT NOT NULL, bytes INTEGER, xxh3_128 TEXT,
  sha256 TEXT, channel TEXT NOT NULL, seat INTEGER, points INTEGER NOT NULL, dialect TEXT NOT NULL);
CREATE TABLE scores(id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL REFERENCES products(id), kind TEXT NOT NULL, model TEXT NOT NULL,
  version TEXT NOT NULL, value REAL NOT NULL, published REAL, interval_low REAL, interval_high REAL, coverage REAL, residual_sd REAL);
CREATE TABLE terms(score_id INTEGER NOT NULL REFERENCES scores(id), position INTEGER NOT NULL, name TEXT NOT NULL, value REAL NOT NULL,
  quantity REAL, unit TEXT NOT NULL, coefficient REAL, note TEXT NOT NULL, PRIMARY KEY(score_id, position)) WITHOUT ROWID;
CREATE TABLE warnings(id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL REFERENCES products(id), file_id INTEGER NOT NULL REFERENCES files(id),
  code TEXT NOT NULL, line INTEGER NOT NULL, message TEXT NOT NULL);
CREATE TABLE reasons(id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL REFERENCES products(id), score_id INTEGER REFERENCES scores(id),
  code TEXT NOT NULL, message TEXT NOT NULL);
CREATE TABLE failures(id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL REFERENCES products(id), scope TEXT NOT NULL, path TEXT,
  code TEXT NOT NULL, message TEXT NOT NULL);
)sql";

constexpr const char* kIndexes = R"sql(
CREATE INDEX products_by_name ON products(product);
CREATE INDEX products_by_outcome ON products(outcome) WHERE outcome <> 'scored';
CREATE INDEX files_by_product ON files(product_id);
CREATE INDEX files_by_content ON files(xxh3_128);
CREATE INDEX scores_by_value ON scores(kind, model, value);
CREATE INDEX scores_by_product ON scores(product_id);
CREATE INDEX warnings_by_code ON warnings(code);
CREATE INDEX warnings_by_product ON warnings(product_id);
CREATE INDEX reasons_by_code ON reasons(code);
CREATE INDEX reasons_by_product ON reasons(product_id);
CREATE INDEX failures_by_code ON failures(code);
CREATE INDEX failures_by_product ON failures(product_id);
)sql";

/// Binds JSON values in the order they come; null stays null.
class Row {
 public:
  explicit Row(SQLite::Statement& statement) : statement_(statement) {
    statement_.reset();
    statement_.clearBindings();
  }

  Row& add(const Json& value) {
    ++at_;
    if (value.is_string()) statement_.bind(at_, value.get_ref<const std::string&>());
    if (value.is_boolean()) statement_.bind(at_, value.get<bool>() ? 1 : 0);
    if (value.is_number_integer()) statement_.bind(at_, value.get<std::int64_t>());
    if (value.is_number_float()) statement_.bind(at_, value.get<double>());
    return *this;
  }
  Row& add(const Json& object, const char* key) {
    return object.is_object() && object.contains(key) ? add(object.at(key)) : add(Json());
  }
  Row& integer(std::int64_t value) {
    statement_.bind(++at_, value);
    return *this;
  }
  Row& text(std::string_view value) {
    statement_.bind(++at_, std::string(value));
    return *this;
  }
  void write() { statement_.exec(); }

 private:
  SQLite::Statement& statement_;
  int at_ = 0;
};

Error bad(const std::filesystem::path& path, const std::string& why) {
  return Error("bad-results", {path.string()}, why, "a database that headscore batch wrote");
}

}  // namespace

class ResultsDatabaseWriter::Tables {
 public:
  Tables(const std::filesystem::path& path, std::string_view run_json) : path_(path), database_(with_schema(path)) {
    add_run(Json::parse(run_json), run_json);
  }

  void add(std::string_view line) {
    const Json product = Json::parse(line);
    const Json signature =
        product.at("analysis").is_object() ? product.at("analysis").at("signature").at("name") : Json();
    Row(products_)
        .add(product, "folder")
        .add(product, "unit")
        .add(product, "identity")
        .add(product, "outcome")
        .add(product, "product")
        .add(product, "form")
        .add(product, "rig")
        .add(product, "rig_verdict")
        .add(product, "target")
        .add(product.at("settings"), "policy")
        .add(signature)
        .text(line.substr(0, line.size() - (line.ends_with('\n') ? 1 : 0)))
        .write();
    product_ = database_.getLastInsertRowid();
    for (const Json& file : product.at("files")) add_file(file);
    for (const Json& reason : product.at("reasons"))
      Row(reasons_).integer(product_).add(Json()).add(reason, "code").add(reason, "message").write();
    add_scores(product.at("scores"));
    if (product.at("error").is_object()) add_failure("product", Json(), product.at("error"));
  }

  void finish() {
    for (SQLite::Statement* statement : {&products_, &files_, &scores_, &terms_, &warnings_, &reasons_, &failures_})
      statement->reset();
    database_.exec(kIndexes);
    database_.exec("COMMIT;");
  }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  /// It is made under a temporary name and synced before it is renamed: a journal of its own would only cost time.
  static SQLite::Database with_schema(const std::filesystem::path& path) {
    SQLite::Database database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA encoding = 'UTF-8'; BEGIN;");
    database.exec(kSchema);
    return database;
  }

  [[nodiscard]] SQLite::Statement prepared(const char* sql) const { return {database_, sql}; }

  void add_run(const Json& run, std::string_view text) {
    SQLite::Statement runs(database_, "INSERT INTO runs VALUES(1, ?, ?, ?, ?, ?, ?, ?)");
    const Json& shard = run.at("shard");
    Row(runs)
        .add(run, "headscore")
        .add(run, "settings_hash")
        .add(shard, "index")
        .add(shard, "count")
        .add(run, "per_file")
        .add(run, "units")
        .text(text)
        .write();
    SQLite::Statement settings(database_, "INSERT INTO settings VALUES(1, ?, ?)");
    for (const auto& [name, value] : run.at("settings").items()) Row(settings).text(name).add(value).write();
  }

  void add_file(const Json& file) {
    Row(files_)
        .integer(product_)
        .add(file, "path")
        .add(file, "bytes")
        .add(file, "xxh3_128")
        .add(file, "sha256")
        .add(file, "channel")
        .add(file, "seat")
        .add(file, "points")
        .add(file, "dialect")
        .write();
    const std::int64_t id = database_.getLastInsertRowid();
    for (const Json& warning : file.at("warnings")) {
      Row(warnings_)
          .integer(product_)
          .integer(id)
          .add(warning, "code")
          .add(warning, "line")
          .add(warning, "message")
          .write();
    }
    if (file.at("error").is_object()) add_failure("file", file.at("path"), file.at("error"));
  }

  void add_scores(const Json& scores) {
    for (const Json& score : scores.at("preferences")) add_score("preference", score);
    for (const char* kind : {"scientific_validity", "cost_performance", "overall"}) {
      if (scores.at(kind).is_object()) add_score(kind, scores.at(kind));
    }
    for (const Json& failure : scores.at("preference_failures")) add_failure("preference", Json(), failure);
  }

  void add_score(const char* kind, const Json& score) {
    const Json& interval = score.at("interval");
    Row(scores_)
        .integer(product_)
        .text(kind)
        .add(score, "model")
        .add(score, "version")
        .add(score, "value")
        .add(score, "published")
        .add(interval, "low")
        .add(interval, "high")
        .add(interval, "coverage")
        .add(score, "residual_sd")
        .write();
    const std::int64_t id = database_.getLastInsertRowid();
    std::int64_t position = 0;
    for (const Json& term : score.at("terms")) {
      Row(terms_)
          .integer(id)
          .integer(position++)
          .add(term, "name")
          .add(term, "value")
          .add(term, "quantity")
          .add(term, "unit")
          .add(term, "coefficient")
          .add(term, "note")
          .write();
    }
    for (const Json& reason : score.at("reasons"))
      Row(reasons_).integer(product_).integer(id).add(reason, "code").add(reason, "message").write();
  }

  void add_failure(const char* scope, const Json& path, const Json& failure) {
    Row(failures_).integer(product_).text(scope).add(path).add(failure, "code").add(failure, "message").write();
  }

  std::filesystem::path path_;
  SQLite::Database database_;
  SQLite::Statement products_ = prepared("INSERT INTO products VALUES(NULL, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  SQLite::Statement files_ = prepared("INSERT INTO files VALUES(NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  SQLite::Statement scores_ = prepared("INSERT INTO scores VALUES(NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  SQLite::Statement terms_ = prepared("INSERT INTO terms VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
  SQLite::Statement warnings_ = prepared("INSERT INTO warnings VALUES(NULL, ?, ?, ?, ?, ?)");
  SQLite::Statement reasons_ = prepared("INSERT INTO reasons VALUES(NULL, ?, ?, ?, ?)");
  SQLite::Statement failures_ = prepared("INSERT INTO failures VALUES(NULL, ?, ?, ?, ?, ?)");
  std::int64_t product_ = 0;
};

namespace {

/// Calls `work`; what SQLite and the JSON parser throw becomes an Error about `path`.
template <typename Work>
auto guarded(const std::filesystem::path& path, const Work& work) {
  try {
    return work();
  } catch (const SQLite::Exception& error) {
    const bool full = error.getErrorCode() == SQLITE_FULL;
    throw Error(full ? "disk-full" : "unwritable", {path.string()},
                std::string("a database that cannot be written (") + error.what() + ")",
                full ? "room for it" : "a file in a folder that can be written");
  } catch (const Json::exception& error) {
    throw bad(path, error.what());
  }
}

}  // namespace

ResultsDatabaseWriter::ResultsDatabaseWriter(const std::filesystem::path& path, std::string_view run_json)
    : tables_(guarded(path, [&] { return std::make_unique<Tables>(path, run_json); })) {}
ResultsDatabaseWriter::~ResultsDatabaseWriter() = default;

void ResultsDatabaseWriter::add(std::string_view line) {
  guarded(tables_->path(), [&] { tables_->add(line); });
}

void ResultsDatabaseWriter::finish() {
  guarded(tables_->path(), [&] { tables_->finish(); });
}

std::function<std::optional<std::string>()> database_lines(const std::filesystem::path& path) {
  struct Cursor {
    explicit Cursor(const std::string& name)
        : database(name, SQLite::OPEN_READONLY), query(database, "SELECT document FROM products ORDER BY id") {}
    SQLite::Database database;
    SQLite::Statement query;
  };
  try {
    auto cursor = std::make_shared<Cursor>(path.string());
    return [cursor, path]() -> std::optional<std::string> {
      try {
        if (cursor->query.isDone() || !cursor->query.executeStep()) return std::nullopt;
        return cursor->query.getColumn(0).getString() + "\n";
      } catch (const SQLite::Exception& error) {
        throw bad(path, error.what());
      }
    };
  } catch (const SQLite::Exception& error) {
    throw bad(path, error.what());
  }
}

std::string database_run(const std::filesystem::path& path) {
  try {
    SQLite::Database database(path.string(), SQLite::OPEN_READONLY);
    return database.execAndGet("SELECT document FROM runs").getString();
  } catch (const SQLite::Exception& error) {
    throw bad(path, error.what());
  }
}

bool is_database(const std::filesystem::path& path) { return is_sqlite_file(path); }

}  // namespace headscore
