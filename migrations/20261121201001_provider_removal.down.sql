alter table user_providers drop column removed_at;
