alter table outbox drop column late;
drop table session_repositories, user_github;
