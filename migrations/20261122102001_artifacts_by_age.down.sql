drop index artifacts_by_age;
