-- Uptime Kuma 1.23: its tables, with the columns that its own migrations make (1.23.17), and
-- monitors of each of its types.
CREATE TABLE monitor (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name VARCHAR(150), active BOOLEAN NOT NULL
    DEFAULT 1, user_id INTEGER, interval INTEGER NOT NULL DEFAULT 20, url TEXT, type VARCHAR(20), weight INTEGER
    DEFAULT 2000, hostname VARCHAR(255), port INTEGER, created_date DATETIME NOT NULL DEFAULT (DATETIME('now')),
    keyword VARCHAR(255), maxretries INTEGER NOT NULL DEFAULT 0, ignore_tls BOOLEAN NOT NULL DEFAULT 0,
    upside_down BOOLEAN NOT NULL DEFAULT 0, maxredirects INTEGER NOT NULL DEFAULT 10, accepted_statuscodes_json
    TEXT NOT NULL DEFAULT '["200-299"]', dns_resolve_type VARCHAR(5), dns_resolve_server VARCHAR(255),
    dns_last_result VARCHAR(255), retry_interval INTEGER NOT NULL DEFAULT 0, push_token VARCHAR(20) DEFAULT
    NULL, method TEXT NOT NULL DEFAULT 'GET', body TEXT DEFAULT null, headers TEXT DEFAULT null, basic_auth_user
    TEXT DEFAULT null, basic_auth_pass TEXT DEFAULT null, docker_host INTEGER, docker_container VARCHAR(255),
    proxy_id INTEGER, expiry_notification BOOLEAN DEFAULT 1, mqtt_topic TEXT, mqtt_success_message VARCHAR(255),
    mqtt_username VARCHAR(255), mqtt_password VARCHAR(255), database_connection_string VARCHAR(2000),
    database_query TEXT, auth_method VARCHAR(250), auth_domain TEXT, auth_workstation TEXT, grpc_url
    VARCHAR(255) DEFAULT null, grpc_protobuf TEXT DEFAULT null, grpc_body TEXT DEFAULT null, grpc_metadata TEXT
    DEFAULT null, grpc_method VARCHAR(255) DEFAULT null, grpc_service_name VARCHAR(255) DEFAULT null,
    grpc_enable_tls BOOLEAN NOT NULL DEFAULT 0, radius_username VARCHAR(255), radius_password VARCHAR(255),
    radius_calling_station_id VARCHAR(50), radius_called_station_id VARCHAR(50), radius_secret VARCHAR(255),
    resend_interval INTEGER NOT NULL DEFAULT 0, packet_size INTEGER NOT NULL DEFAULT 56, game VARCHAR(255),
    http_body_encoding VARCHAR(25), description TEXT DEFAULT null, tls_ca TEXT DEFAULT null, tls_cert TEXT
    DEFAULT null, tls_key TEXT DEFAULT null, parent INTEGER, invert_keyword BOOLEAN NOT NULL DEFAULT 0,
    json_path TEXT, expected_value VARCHAR(255), kafka_producer_topic VARCHAR(255), kafka_producer_brokers TEXT,
    kafka_producer_sasl_options TEXT, kafka_producer_message TEXT, oauth_client_id TEXT DEFAULT null,
    oauth_client_secret TEXT DEFAULT null, oauth_token_url TEXT DEFAULT null, oauth_scopes TEXT DEFAULT null,
    oauth_auth_method TEXT DEFAULT null, timeout DOUBLE NOT NULL DEFAULT 0, gamedig_given_port_only BOOLEAN NOT
    NULL DEFAULT 1, kafka_producer_ssl BOOLEAN NOT NULL DEFAULT 0, kafka_producer_allow_auto_topic_creation
    BOOLEAN NOT NULL DEFAULT 0);
CREATE TABLE notification (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name VARCHAR(255), active BOOLEAN NOT
    NULL DEFAULT 1, user_id INTEGER NOT NULL, is_default BOOLEAN NOT NULL DEFAULT 0, config TEXT);
CREATE TABLE monitor_notification (id INTEGER NOT NULL PRIMARY KEY, monitor_id INTEGER NOT NULL, notification_id
    INTEGER NOT NULL);
CREATE TABLE tag (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name VARCHAR(255) NOT NULL, color VARCHAR(255)
    NOT NULL, created_date DATETIME NOT NULL DEFAULT (DATETIME('now')));
CREATE TABLE monitor_tag (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, monitor_id INTEGER NOT NULL, tag_id
    INTEGER NOT NULL, value TEXT);
CREATE TABLE proxy (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, user_id INT NOT NULL, protocol VARCHAR(10)
    NOT NULL, host VARCHAR(255) NOT NULL, port SMALLINT NOT NULL, auth BOOLEAN NOT NULL, username VARCHAR(255),
    password VARCHAR(255), active BOOLEAN NOT NULL DEFAULT 1, "default" BOOLEAN NOT NULL DEFAULT 0, created_date
    DATETIME NOT NULL DEFAULT (DATETIME('now')));
CREATE TABLE maintenance (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, title VARCHAR(150) NOT NULL,
    description TEXT NOT NULL, user_id INTEGER, active BOOLEAN NOT NULL DEFAULT 1, strategy VARCHAR(50) NOT NULL
    DEFAULT 'single', start_date DATETIME, end_date DATETIME, start_time TIME, end_time TIME, weekdays
    VARCHAR2(250) DEFAULT '[]', days_of_month TEXT DEFAULT '[]', interval_day INTEGER, cron TEXT, timezone
    VARCHAR(255), duration INTEGER);
CREATE TABLE monitor_maintenance (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, monitor_id INTEGER NOT NULL,
    maintenance_id INTEGER NOT NULL);
CREATE TABLE setting (id INTEGER PRIMARY KEY AUTOINCREMENT, key VARCHAR(200) NOT NULL UNIQUE, value TEXT, type
    VARCHAR(20));
CREATE TABLE status_page (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, slug VARCHAR(255) NOT NULL UNIQUE,
    title VARCHAR(255) NOT NULL, description TEXT, icon VARCHAR(255) NOT NULL, theme VARCHAR(30) NOT NULL,
    published BOOLEAN NOT NULL DEFAULT 1, search_engine_index BOOLEAN NOT NULL DEFAULT 1, show_tags BOOLEAN NOT
    NULL DEFAULT 0, password VARCHAR, created_date DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, modified_date
    DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, footer_text TEXT, custom_css TEXT, show_powered_by BOOLEAN NOT
    NULL DEFAULT 1, google_analytics_tag_id VARCHAR, show_certificate_expiry BOOLEAN NOT NULL DEFAULT 0);
CREATE TABLE heartbeat (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, important BOOLEAN NOT NULL DEFAULT 0,
    monitor_id INTEGER NOT NULL, status SMALLINT NOT NULL, msg TEXT, time DATETIME NOT NULL, ping INTEGER,
    duration INTEGER NOT NULL DEFAULT 0, down_count INTEGER NOT NULL DEFAULT 0);

INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout) VALUES (1, 'Home', 'group', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48);
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, parent, description) VALUES (2, 'Media', 'group', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 1, 'what plays');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, url, parent, description, http_body_encoding) VALUES (3, 'Blog', 'http', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'https://blog.example.com', 1, 'the blog', 'json');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, url, keyword, parent, maxretries, resend_interval, http_body_encoding) VALUES (4, 'Photos', 'keyword', 1, 120, 30, 'A', '1.1.1.1', 'GET', 48, 'https://me:hunter2@photos.example.com/?token=hunter2', 'Immich', 2, 2, 10, 'json');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, url, keyword, invert_keyword, accepted_statuscodes_json, maxredirects, ignore_tls, expiry_notification) VALUES (5, 'No errors', 'keyword', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'https://api.example.com', 'error', 1, '["200-299","404"]', 0, 1, 0);
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, url, json_path, expected_value, body, headers, http_body_encoding) VALUES (6, 'Api', 'json-query', 1, 60, 60, 'A', '1.1.1.1', 'POST', 48, 'https://api.example.com/state', '$.status', 'ok', '{"password":"hunter2"}', '{"X-Token":"hunter2","Accept":"*/*"}', 'json');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, url, json_path, expected_value) VALUES (7, 'Jsonata', 'json-query', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'https://api.example.com/list', '$count(items[state=''x''])', '3');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, url, auth_method, basic_auth_user, basic_auth_pass, proxy_id) VALUES (8, 'Login', 'http', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'https://login.example.com', 'basic', 'me', 'hunter2', 1);
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, hostname, port) VALUES (9, 'Ssh', 'port', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'home.example.com', 22);
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, hostname, port, upside_down) VALUES (10, 'Closed', 'port', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'home.example.com', 3389, 1);
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, url, upside_down) VALUES (11, 'Contrary', 'http', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'https://down.example.com', 1);
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, hostname) VALUES (12, 'Ping', 'ping', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, '192.0.2.1');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, hostname, port) VALUES (13, 'Names', 'dns', 1, 60, 60, 'A', '9.9.9.9', 'GET', 48, 'example.com', 53);
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, push_token, maxretries, parent) VALUES (14, 'Backup', 'push', 1, 86400, 60, 'A', '1.1.1.1', 'GET', 48, 'hunter2tok', 1, 1);
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, docker_container, docker_host) VALUES (15, 'Container', 'docker', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'web', 1);
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, database_connection_string, database_query) VALUES (16, 'Mysql', 'mysql', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'mysql://me:hunter2@db.example.com:3306/x', 'SELECT 1');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, database_connection_string, database_query) VALUES (17, 'Sql Server', 'sqlserver', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'Server=db.example.com,1433;User Id=sa;Password=hunter2;', 'SELECT 1');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, hostname, port, mqtt_topic, mqtt_password) VALUES (18, 'Mqtt', 'mqtt', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'mqtt://broker.example.com', 1883, 'state', 'hunter2');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, grpc_url, keyword, grpc_method) VALUES (19, 'Grpc', 'grpc-keyword', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'grpc.example.com:50051', 'ok', 'check');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, hostname, radius_secret) VALUES (20, 'Radius', 'radius', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'radius.example.com', 'hunter2');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, hostname, port, game) VALUES (21, 'Game', 'gamedig', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'game.example.com', 25565, 'minecraft');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, kafka_producer_brokers, kafka_producer_topic) VALUES (22, 'Kafka', 'kafka-producer', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, '["kafka.example.com:9092"]', 'x');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, hostname, port) VALUES (23, 'Steam', 'steam', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'game.example.com', 27015);
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, database_connection_string) VALUES (24, 'Redis', 'redis', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'redis://:hunter2@cache.example.com:6379');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, url, active) VALUES (25, 'Paused', 'http', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'https://paused.example.com', 0);
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, url, parent) VALUES (26, 'Blog', 'http', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'https://blog2.example.com', 2);
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, url, parent) VALUES (27, 'Behind', 'http', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'https://behind.example.com', 9);
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, url, auth_method, oauth_client_secret, oauth_token_url) VALUES (28, 'Oauth', 'http', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'https://oauth.example.com', 'oauth2-cc', 'hunter2', 'https://id.example.com');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, url) VALUES (29, 'Browser', 'real-browser', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'https://app.example.com');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, hostname) VALUES (30, 'Tailscale', 'tailscale-ping', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'nas');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, database_connection_string) VALUES (31, 'Mongo', 'mongodb', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'mongodb://me:hunter2@a.example.com:27017,b.example.com:27017/x');
INSERT INTO notification (id, name, active, user_id, is_default, config) VALUES (1, 'My Slack Alert (1)', 1, 1, 1, '{"name": "My Slack Alert (1)", "isDefault": true, "applyExisting": false, "type": "slack", "slackwebhookURL": "https://hooks.slack.com/services/T000/B000/hunter2", "slackchannelnotify": true, "slackusername": "kuma", "slackbutton": ""}');
INSERT INTO notification (id, name, active, user_id, is_default, config) VALUES (2, 'Telegram', 1, 1, 1, '{"name": "Telegram", "isDefault": true, "applyExisting": false, "type": "telegram", "telegramBotToken": "123456:hunter2-telegram", "telegramChatID": "-1001234567890", "telegramSendSilently": false}');
INSERT INTO notification (id, name, active, user_id, is_default, config) VALUES (3, 'Mail', 1, 1, 1, '{"name": "Mail", "isDefault": true, "applyExisting": false, "type": "smtp", "smtpHost": "smtp.example.com", "smtpPort": 465, "smtpSecure": true, "smtpUsername": "me@example.com", "smtpPassword": "hunter2", "smtpFrom": "kuma@example.com", "smtpTo": "me@example.com", "smtpCC": "you@example.com", "customSubject": "Oh no"}');
INSERT INTO notification (id, name, active, user_id, is_default, config) VALUES (4, 'Phone', 1, 1, 1, '{"name": "Phone", "isDefault": true, "applyExisting": false, "type": "ntfy", "ntfyserverurl": "https://ntfy.example.com", "ntfytopic": "hunter2topic", "ntfyPriority": 5, "ntfyAuthenticationMethod": "accessToken", "ntfyaccesstoken": "tk_hunter2"}');
INSERT INTO notification (id, name, active, user_id, is_default, config) VALUES (5, 'Discord', 0, 1, 1, '{"name": "Discord", "isDefault": true, "applyExisting": false, "type": "discord", "discordWebhookUrl": "https://discord.com/api/webhooks/1/hunter2"}');
INSERT INTO notification (id, name, active, user_id, is_default, config) VALUES (6, 'Gotify', 1, 1, 1, '{"name": "Gotify", "isDefault": true, "applyExisting": false, "type": "gotify", "gotifyserverurl": "https://gotify.example.com", "gotifyapplicationToken": "hunter2"}');
INSERT INTO monitor_notification (monitor_id, notification_id) VALUES (3, 1);
INSERT INTO monitor_notification (monitor_id, notification_id) VALUES (3, 2);
INSERT INTO monitor_notification (monitor_id, notification_id) VALUES (4, 1);
INSERT INTO monitor_notification (monitor_id, notification_id) VALUES (5, 6);
INSERT INTO monitor_notification (monitor_id, notification_id) VALUES (6, 3);
INSERT INTO monitor_notification (monitor_id, notification_id) VALUES (14, 4);
INSERT INTO monitor_notification (monitor_id, notification_id) VALUES (2, 1);
INSERT INTO monitor_notification (monitor_id, notification_id) VALUES (9, 5);
INSERT INTO tag (id, name, color) VALUES (1, 'prod', '#f00');
INSERT INTO tag (id, name, color) VALUES (2, 'owner', '#0f0');
INSERT INTO monitor_tag (monitor_id, tag_id, value) VALUES (3, 1, '');
INSERT INTO monitor_tag (monitor_id, tag_id, value) VALUES (3, 2, 'me');
INSERT INTO proxy (id, user_id, protocol, host, port, auth, username, password) VALUES (1, 1, 'http', 'proxy.example.com', 3128, 1, 'me', 'hunter2');
INSERT INTO maintenance (id, title, description, strategy, start_date, end_date) VALUES (1, 'Once', '', 'single', '2099-01-01 02:00:00', '2099-01-01 04:00:00');
INSERT INTO maintenance (id, title, description, strategy, start_time, end_time, weekdays, timezone, duration) VALUES (2, 'Weekly', '', 'recurring-weekday', '23:30:00', '01:00:00', '[1,0]', 'Europe/Berlin', 5400);
INSERT INTO maintenance (id, title, description, strategy, start_time, end_time, days_of_month, timezone) VALUES (3, 'Monthly', '', 'recurring-day-of-month', '02:00:00', '03:00:00', '[1,15]', 'SAME_AS_SERVER');
INSERT INTO maintenance (id, title, description, strategy, start_time, end_time, days_of_month) VALUES (4, 'Last day', '', 'recurring-day-of-month', '02:00:00', '03:00:00', '["lastDay1"]');
INSERT INTO maintenance (id, title, description, strategy, cron, duration) VALUES (5, 'Cron', '', 'cron', '0 3 * * *', 3600);
INSERT INTO maintenance (id, title, description, strategy) VALUES (6, 'By hand', '', 'manual');
INSERT INTO maintenance (id, title, description, strategy, start_time, end_time, interval_day, active, start_date) VALUES (7, 'Daily', '', 'recurring-interval', '05:00:00', '05:30:00', 1, 0, '2026-01-01 00:00:00');
INSERT INTO maintenance (id, title, description, strategy, start_time, end_time, interval_day) VALUES (8, 'Third day', '', 'recurring-interval', '05:00:00', '05:30:00', 3);
INSERT INTO monitor_maintenance (monitor_id, maintenance_id) VALUES (3, 1);
INSERT INTO monitor_maintenance (monitor_id, maintenance_id) VALUES (2, 2);
INSERT INTO monitor_maintenance (monitor_id, maintenance_id) VALUES (3, 2);
INSERT INTO monitor_maintenance (monitor_id, maintenance_id) VALUES (9, 3);
INSERT INTO monitor_maintenance (monitor_id, maintenance_id) VALUES (3, 4);
INSERT INTO monitor_maintenance (monitor_id, maintenance_id) VALUES (3, 5);
INSERT INTO monitor_maintenance (monitor_id, maintenance_id) VALUES (3, 6);
INSERT INTO monitor_maintenance (monitor_id, maintenance_id) VALUES (3, 7);
INSERT INTO monitor_maintenance (monitor_id, maintenance_id) VALUES (3, 8);
INSERT INTO setting (key, value, type) VALUES ('serverTimezone', '"Europe/Berlin"', 'general');
INSERT INTO setting (key, value, type) VALUES ('jwtSecret', 'hunter2', 'x');
INSERT INTO status_page (slug, title, icon, theme) VALUES ('home', 'Home', '/icon.svg', 'auto');
INSERT INTO heartbeat (monitor_id, status, time) VALUES (3, 1, '2026-01-01 00:00:00');
