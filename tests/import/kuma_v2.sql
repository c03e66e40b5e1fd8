-- Uptime Kuma 2: its tables, with the columns that its own migrations make (2.5.3), and what is
-- new in its types.
CREATE TABLE monitor (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name VARCHAR(150), active BOOLEAN NOT NULL
    DEFAULT 1, user_id INTEGER, interval INTEGER NOT NULL DEFAULT 20, url TEXT, type VARCHAR(20), weight INTEGER
    DEFAULT 2000, hostname VARCHAR(255), port INTEGER, created_date DATETIME NOT NULL DEFAULT (DATETIME('now')),
    keyword VARCHAR(255), maxretries INTEGER NOT NULL DEFAULT 0, ignore_tls BOOLEAN NOT NULL DEFAULT 0,
    upside_down BOOLEAN NOT NULL DEFAULT 0, maxredirects INTEGER NOT NULL DEFAULT 10, accepted_statuscodes_json
    TEXT NOT NULL DEFAULT '["200-299"]', dns_resolve_type VARCHAR(5), dns_resolve_server VARCHAR(255),
    dns_last_result TEXT, retry_interval INTEGER NOT NULL DEFAULT 0, push_token varchar(32), method TEXT NOT
    NULL DEFAULT 'GET', body TEXT DEFAULT null, headers TEXT DEFAULT null, basic_auth_user TEXT DEFAULT null,
    basic_auth_pass TEXT DEFAULT null, docker_host INTEGER, docker_container VARCHAR(255), proxy_id INTEGER,
    expiry_notification BOOLEAN DEFAULT 1, mqtt_topic TEXT, mqtt_success_message VARCHAR(255), mqtt_username
    VARCHAR(255), mqtt_password VARCHAR(255), database_connection_string VARCHAR(2000), database_query TEXT,
    auth_method VARCHAR(250), auth_domain TEXT, auth_workstation TEXT, grpc_url VARCHAR(255) DEFAULT null,
    grpc_protobuf TEXT DEFAULT null, grpc_body TEXT DEFAULT null, grpc_metadata TEXT DEFAULT null, grpc_method
    VARCHAR(255) DEFAULT null, grpc_service_name VARCHAR(255) DEFAULT null, grpc_enable_tls BOOLEAN NOT NULL
    DEFAULT 0, radius_username VARCHAR(255), radius_password VARCHAR(255), radius_calling_station_id
    VARCHAR(50), radius_called_station_id VARCHAR(50), radius_secret VARCHAR(255), resend_interval INTEGER NOT
    NULL DEFAULT 0, packet_size INTEGER NOT NULL DEFAULT 56, game VARCHAR(255), http_body_encoding VARCHAR(25),
    description TEXT DEFAULT null, tls_ca TEXT DEFAULT null, tls_cert TEXT DEFAULT null, tls_key TEXT DEFAULT
    null, parent INTEGER, invert_keyword BOOLEAN NOT NULL DEFAULT 0, json_path TEXT, expected_value
    VARCHAR(255), kafka_producer_topic VARCHAR(255), kafka_producer_brokers TEXT, kafka_producer_sasl_options
    TEXT, kafka_producer_message TEXT, oauth_client_id TEXT DEFAULT null, oauth_client_secret TEXT DEFAULT null,
    oauth_token_url TEXT DEFAULT null, oauth_scopes TEXT DEFAULT null, oauth_auth_method TEXT DEFAULT null,
    timeout DOUBLE NOT NULL DEFAULT 0, gamedig_given_port_only BOOLEAN NOT NULL DEFAULT 1, kafka_producer_ssl
    BOOLEAN NOT NULL DEFAULT 0, kafka_producer_allow_auto_topic_creation BOOLEAN NOT NULL DEFAULT 0,
    mqtt_check_type varchar(255) NOT NULL DEFAULT 'keyword', remote_browser INTEGER DEFAULT null, snmp_oid
    varchar(255) DEFAULT null, snmp_version TEXT DEFAULT '2c', json_path_operator varchar(255) DEFAULT null,
    cache_bust boolean NOT NULL DEFAULT '0', conditions TEXT NOT NULL DEFAULT '[]', rabbitmq_nodes TEXT,
    rabbitmq_username varchar(255), rabbitmq_password varchar(255), smtp_security varchar(255) DEFAULT null,
    ws_ignore_sec_websocket_accept_header boolean NOT NULL DEFAULT '0', ws_subprotocol varchar(255) NOT NULL
    DEFAULT '', ping_count INTEGER NOT NULL DEFAULT '1', ping_numeric boolean NOT NULL DEFAULT '1',
    ping_per_request_timeout INTEGER NOT NULL DEFAULT '2', ip_family varchar(4) DEFAULT null, manual_status
    INTEGER, oauth_audience varchar(255) DEFAULT null, mqtt_websocket_path varchar(255),
    domain_expiry_notification boolean DEFAULT '0', save_response boolean NOT NULL DEFAULT '0',
    save_error_response boolean NOT NULL DEFAULT '1', response_max_length INTEGER NOT NULL DEFAULT '1024',
    system_service_name varchar(255), subtype varchar(10), location varchar(255), protocol varchar(20),
    snmp_v3_username varchar(255), expected_tls_alert varchar(50) DEFAULT null,
    retry_only_on_status_code_failure boolean NOT NULL DEFAULT '0', screenshot_delay INTEGER NOT NULL DEFAULT
    '0', ntp_stratum_threshold INTEGER DEFAULT '5', ntp_time_offset_threshold INTEGER DEFAULT '1000',
    ntp_root_dispersion_threshold INTEGER DEFAULT '500', bearer_token TEXT DEFAULT null, gamedig_token TEXT
    DEFAULT null);
CREATE TABLE notification (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name VARCHAR(255), active BOOLEAN NOT
    NULL DEFAULT 1, user_id INTEGER NOT NULL, is_default BOOLEAN NOT NULL DEFAULT 0, config TEXT);
CREATE TABLE monitor_notification (id INTEGER NOT NULL PRIMARY KEY, monitor_id INTEGER NOT NULL, notification_id
    INTEGER NOT NULL);
CREATE TABLE tag (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name VARCHAR(255) NOT NULL, color VARCHAR(255)
    NOT NULL, created_date DATETIME NOT NULL DEFAULT (DATETIME('now')));
CREATE TABLE monitor_tag (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, monitor_id INTEGER NOT NULL, tag_id
    INTEGER NOT NULL, value TEXT);
CREATE TABLE proxy (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, user_id INT NOT NULL, protocol VARCHAR(10)
    NOT NULL, host VARCHAR(255) NOT NULL, port INTEGER, auth BOOLEAN NOT NULL, username VARCHAR(255), password
    VARCHAR(255), active BOOLEAN NOT NULL DEFAULT 1, "default" BOOLEAN NOT NULL DEFAULT 0, created_date DATETIME
    NOT NULL DEFAULT (DATETIME('now')));
CREATE TABLE maintenance (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, title VARCHAR(150) NOT NULL,
    description TEXT NOT NULL, user_id INTEGER, active BOOLEAN NOT NULL DEFAULT 1, strategy VARCHAR(50) NOT NULL
    DEFAULT 'single', start_date DATETIME, end_date DATETIME, start_time TIME, end_time TIME, weekdays
    VARCHAR2(250) DEFAULT '[]', days_of_month TEXT DEFAULT '[]', interval_day INTEGER, cron TEXT, timezone
    VARCHAR(255), duration INTEGER, last_start_date datetime);
CREATE TABLE monitor_maintenance (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, monitor_id INTEGER NOT NULL,
    maintenance_id INTEGER NOT NULL);
CREATE TABLE setting (id INTEGER PRIMARY KEY AUTOINCREMENT, key VARCHAR(200) NOT NULL UNIQUE, value TEXT, type
    VARCHAR(20));
CREATE TABLE status_page (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, slug VARCHAR(255) NOT NULL UNIQUE,
    title VARCHAR(255) NOT NULL, description TEXT, icon VARCHAR(255) NOT NULL, theme VARCHAR(30) NOT NULL,
    published BOOLEAN NOT NULL DEFAULT 1, search_engine_index BOOLEAN NOT NULL DEFAULT 1, show_tags BOOLEAN NOT
    NULL DEFAULT 0, password VARCHAR, created_date DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, modified_date
    DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, footer_text TEXT, custom_css TEXT, show_powered_by BOOLEAN NOT
    NULL DEFAULT 1, analytics_id VARCHAR, show_certificate_expiry BOOLEAN NOT NULL DEFAULT 0,
    auto_refresh_interval INTEGER DEFAULT '300', analytics_script_url varchar(255), show_only_last_heartbeat
    boolean NOT NULL DEFAULT '0', rss_title varchar(255), analytics_type varchar(255) DEFAULT null);
CREATE TABLE heartbeat (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, important BOOLEAN NOT NULL DEFAULT 0,
    monitor_id INTEGER NOT NULL, status SMALLINT NOT NULL, msg TEXT, time DATETIME NOT NULL, ping bigint,
    duration INTEGER NOT NULL DEFAULT 0, down_count INTEGER NOT NULL DEFAULT 0, end_time datetime DEFAULT null,
    retries INTEGER NOT NULL DEFAULT '0', response TEXT DEFAULT null);

INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout) VALUES (1, 'Home', 'group', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48);
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, url, parent, auth_method, ip_family, cache_bust, save_response, maxretries) VALUES (2, 'Blog', 'http', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'https://blog.example.com', 1, 'null', 'ipv4', 1, 1, 1);
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, url, json_path, json_path_operator, expected_value, auth_method, bearer_token, domain_expiry_notification) VALUES (3, 'Api', 'json-query', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'https://api.example.com', 'data.state', '!=', 'down', 'bearer', 'hunter2', 0);
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, url, json_path, json_path_operator, expected_value) VALUES (4, 'Contains', 'json-query', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'https://api.example.com', '$', 'contains', 'fine');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, hostname, port, smtp_security) VALUES (5, 'Mail', 'smtp', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'mail.example.com', 587, 'starttls');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, url, ws_subprotocol) VALUES (6, 'Socket', 'websocket-upgrade', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'wss://app.example.com/socket', 'graphql-ws');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, rabbitmq_nodes, rabbitmq_username, rabbitmq_password) VALUES (7, 'Rabbit', 'rabbitmq', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, '["https://rabbit.example.com:15671/"]', 'me', 'hunter2');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, hostname, port, snmp_oid, json_path) VALUES (8, 'Snmp', 'snmp', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'switch.example.com', 161, '1.3.6', '$');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, manual_status) VALUES (9, 'Manual', 'manual', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 1);
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, system_service_name) VALUES (10, 'Service', 'system-service', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'sshd');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, subtype, location, protocol, hostname) VALUES (11, 'Far away', 'globalping', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'ping', 'world', 'ICMP', 'example.com');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, hostname, conditions) VALUES (12, 'Names', 'dns', 1, 60, 60, 'A', '9.9.9.9', 'GET', 48, 'example.com', '[{"type":"expression","variable":"record","operator":"equals","value":"192.0.2.1"}]');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, push_token) VALUES (13, 'Backup', 'push', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'hunter2hunter2hunter2hunter2pqrs');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, hostname, port) VALUES (14, 'Phone', 'sip-options', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'sip.example.com', 5060);
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, hostname) VALUES (15, 'Time', 'ntp', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'time.example.com');
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, hostname, port) VALUES (16, 'Certificate', 'tls', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'mail.example.com', 993);
INSERT INTO monitor (id, name, type, user_id, interval, retry_interval, dns_resolve_type, dns_resolve_server, method, timeout, hostname) VALUES (17, 'Future', 'telepathy', 1, 60, 60, 'A', '1.1.1.1', 'GET', 48, 'mind.example.com');
-- The form switches it on; for Api somebody switched it off.
UPDATE monitor SET domain_expiry_notification = 1 WHERE name <> 'Api';
INSERT INTO notification (id, name, active, user_id, is_default, config) VALUES (1, 'My Slack Alert (1)', 1, 1, 1, '{"name": "My Slack Alert (1)", "isDefault": true, "applyExisting": false, "type": "slack", "slackwebhookURL": "https://hooks.slack.com/services/T000/B000/hunter2", "slackchannelnotify": true, "slackusername": "kuma", "slackbutton": ""}');
INSERT INTO notification (id, name, active, user_id, is_default, config) VALUES (2, 'Telegram', 1, 1, 1, '{"name": "Telegram", "isDefault": true, "applyExisting": false, "type": "telegram", "telegramBotToken": "123456:hunter2-telegram", "telegramChatID": "-1001234567890", "telegramSendSilently": false}');
INSERT INTO notification (id, name, active, user_id, is_default, config) VALUES (3, 'Mail', 1, 1, 1, '{"name": "Mail", "isDefault": true, "applyExisting": false, "type": "smtp", "smtpHost": "smtp.example.com", "smtpPort": 465, "smtpSecure": true, "smtpUsername": "me@example.com", "smtpPassword": "hunter2", "smtpFrom": "kuma@example.com", "smtpTo": "me@example.com", "smtpCC": "you@example.com", "customSubject": "Oh no"}');
INSERT INTO notification (id, name, active, user_id, is_default, config) VALUES (4, 'Phone', 1, 1, 1, '{"name": "Phone", "isDefault": true, "applyExisting": false, "type": "ntfy", "ntfyserverurl": "https://ntfy.example.com", "ntfytopic": "hunter2topic", "ntfyPriority": 5, "ntfyAuthenticationMethod": "accessToken", "ntfyaccesstoken": "tk_hunter2"}');
INSERT INTO notification (id, name, active, user_id, is_default, config) VALUES (5, 'Discord', 0, 1, 1, '{"name": "Discord", "isDefault": true, "applyExisting": false, "type": "discord", "discordWebhookUrl": "https://discord.com/api/webhooks/1/hunter2"}');
INSERT INTO notification (id, name, active, user_id, is_default, config) VALUES (6, 'Gotify', 1, 1, 1, '{"name": "Gotify", "isDefault": true, "applyExisting": false, "type": "gotify", "gotifyserverurl": "https://gotify.example.com", "gotifyapplicationToken": "hunter2"}');
INSERT INTO monitor_notification (monitor_id, notification_id) VALUES (2, 1);
INSERT INTO monitor_notification (monitor_id, notification_id) VALUES (2, 2);
INSERT INTO monitor_notification (monitor_id, notification_id) VALUES (2, 3);
INSERT INTO monitor_notification (monitor_id, notification_id) VALUES (2, 4);
INSERT INTO maintenance (id, title, description, strategy, start_date, end_date) VALUES (1, 'Once', '', 'single', '2099-01-01 02:00:00', '2099-01-01 04:00:00');
INSERT INTO maintenance (id, title, description, strategy, start_time, end_time, weekdays, timezone, duration) VALUES (2, 'Weekly', '', 'recurring-weekday', '23:30:00', '01:00:00', '[1,0]', 'Europe/Berlin', 5400);
INSERT INTO monitor_maintenance (monitor_id, maintenance_id) VALUES (1, 2);
